/**
 * Why a request failed, without its URL, whose parameters may be secret. node-fetch tells it whole before the reason
 * ("request to URL failed, reason: …"), and in some messages alone ("network timeout at: URL").
 */
export const withoutUrl = (message: string): string =>
  message.replace(/^.*\bhttps?:\/\/\S*?(?: failed, reason)?: /s, '').replace(/\bhttps?:\/\/\S+/g, 'its URL');
