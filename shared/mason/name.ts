const DNS_1123_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_LENGTH = 253;

/** Whether the text can be a resource's name: Boskos asks for a DNS-1123 subdomain. */
export const isName = (text: string): boolean => text.length <= MAX_LENGTH && DNS_1123_SUBDOMAIN.test(text);
