import { MasonError, type ErrorCode } from '../errors.ts';
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

const STATUS: Partial<Record<ErrorCode, number>> = { MESSAGE_INVALID: 400, NOT_FOUND: 404, REFUSED: 409 };

/** What the caller has to mend, and so is told in its own words; null: it is a fault of this side. */
export function refusalIn(
  error: unknown,
): { readonly status: number; readonly code: ErrorCode; readonly message: string } | null {
  if (!(error instanceof MasonError)) return null;
  const { code, message } = error;
  const status = STATUS[code];
  return status === undefined ? null : { status, code, message };
}
