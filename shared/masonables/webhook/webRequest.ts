import { Readable } from 'node:stream';

import type { WebhookRequest } from './parts.ts';

/** Without credentials of its own. Loaded at the first call: what nobody uses is to cost no cold start. */
export const webRequest: WebhookRequest = async ({ data, headers, ...options }) => {
  const { request } = await import('gaxios');
  const body = Buffer.from(data);
  return request<Readable>({
    ...options,
    headers: { ...headers, 'content-length': String(body.length) },
    // As a stream: that of a text, node-fetch 3.3.2 destroys with an error which nobody hears where the signal is aborted
    // before the request begins, and the process would end.
    data: Readable.from([body]),
  });
};
