import { createHash } from 'node:crypto';

import type { HttpAnswer, HttpCall } from '../../shared/http/handler.ts';

/** What is kept nowhere: it names resources, and what went wrong with them. */
export const answerJson = (body: unknown, headers: Readonly<Record<string, string>> = {}): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

export const answerFault = (status: number, code: string, message: string): HttpAnswer => ({
  ...answerJson({ error: { code, message } }),
  status,
});

/** Whoever has it already by its ETag gets no body again. */
export function notModified({ method, headers: asked }: HttpCall, answer: HttpAnswer): HttpAnswer {
  if (answer.status !== 200 || method === 'POST') return answer;
  const etag = `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 27)}"`;
  const headers = { ...answer.headers, etag };
  return asked['if-none-match'] === etag
    ? { status: 304, headers, body: '' }
    : { ...answer, headers, body: method === 'HEAD' ? '' : answer.body };
}

/** Nothing from elsewhere, nothing inline, in no frame; and no text becomes markup, whoever tries it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export const secured = (answer: HttpAnswer): HttpAnswer => ({
  ...answer,
  headers: {
    ...answer.headers,
    'content-security-policy': POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  },
});
