import { Readable } from 'node:stream';

import { bodyAtMost } from './bodyAtMost.ts';
import { decode } from './decode.ts';
import { unreadable } from './unreadable.ts';
import { withoutUrl } from './withoutUrl.ts';

/** An answer of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  /** The body as it comes; text where there is none. */
  readonly data: Readable | string;
}

/** One request, as gaxios and google-auth-library take it. */
export interface HttpOptions {
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly method: 'GET';
  readonly redirect: 'manual';
  readonly responseType: 'stream';
  /** Milliseconds. */
  readonly timeout: number;
  readonly validateStatus: (status: number) => boolean;
  readonly retry: boolean;
}

export type HttpRequest = (options: HttpOptions) => Promise<HttpAnswer>;

export interface HttpLimits {
  /** Milliseconds that an answer and its body may take. */
  readonly timeoutMs: number;
  readonly largestBytes: number;
}

/** A tick comes each minute. A ConfigMap of Kubernetes, where Boskos keeps its config, holds 1 MiB at most. */
export const HTTP_LIMITS: HttpLimits = { timeoutMs: 10_000, largestBytes: 8 * 2 ** 20 };

interface Asked {
  /** Named in every fault. */
  readonly file: string;
  readonly request: HttpRequest;
  readonly limits: HttpLimits;
}

/**
 * Asks for a config, and takes any status for an answer.
 * @throws MasonError CONFIG_UNREADABLE if there is none
 */
export async function ask(
  { file, request, limits }: Asked,
  options: Pick<HttpOptions, 'url' | 'headers'>,
): Promise<HttpAnswer> {
  try {
    return await request({
      ...options,
      method: 'GET',
      // A redirect is the caller's to judge.
      redirect: 'manual',
      responseType: 'stream',
      timeout: limits.timeoutMs,
      validateStatus: () => true,
      retry: false,
    });
  } catch (error) {
    throw unreadable(file, reasonOf(error, limits), error);
  }
}

/** @throws MasonError CONFIG_UNREADABLE if the body breaks off, is too large, or is not UTF-8 */
export async function bodyOf({ file, limits }: Asked, { data }: HttpAnswer): Promise<string> {
  const body = await bodyAtMost(data, limits.largestBytes).catch((error: unknown) => {
    throw unreadable(file, reasonOf(error, limits), error);
  });
  if (body === null)
    throw unreadable(file, `it is larger than ${limits.largestBytes} bytes, so it is hardly a config`);
  return decode(file, body);
}

/** Ends an answer whose body nobody reads, or its connection would stay. */
export function discard({ data }: HttpAnswer): void {
  if (data instanceof Readable) data.destroy();
}

const TIMED_OUT = /^(?:TimeoutError|AbortError)$/;

function reasonOf(error: unknown, { timeoutMs }: HttpLimits): string {
  const { name = '', code = '', message = '' } = Object(error) as Record<string, unknown>;
  if (TIMED_OUT.test(String(code)) || TIMED_OUT.test(String(name)))
    return `its server did not answer within ${timeoutMs / 1000} s`;
  return withoutUrl(String(message) || String(error));
}
