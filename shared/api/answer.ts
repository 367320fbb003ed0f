import type { HttpAnswer } from '../http/handler.ts';

/** What is answered as JSON. */
export const jsonAnswer = (
  status: number,
  body: unknown,
  headers: HttpAnswer['headers'] = {},
): HttpAnswer => ({
  status,
  headers: { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify(body)}\n`,
});

export const errorAnswer = (
  status: number,
  error: { readonly code: string; readonly message: string },
  headers: HttpAnswer['headers'] = {},
): HttpAnswer => jsonAnswer(status, { error }, headers);
