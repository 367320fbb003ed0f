import type * as z from 'zod';

import { messageOf } from '../messageOf.ts';
import { GoogleFault } from './fault.ts';
import { readFault } from './readFault.ts';
import { GOOGLE_ENDPOINTS, type GoogleEndpoints, type GoogleOptions, type GoogleRequest } from './request.ts';

/** One call of one API. */
export interface GoogleCall<T> {
  /** What it does, for people: "list the clusters of project-1". */
  readonly what: string;
  readonly project: string;
  readonly api: keyof GoogleEndpoints;
  readonly method: GoogleOptions['method'];
  /** From the version on: `/v1/projects/…`, made by `pathOf`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The parts of the answer that are read. */
  readonly answer: z.ZodType<T>;
}

/** Calls Google for one run: with its signal, and never past its time. */
export interface Google {
  /**
   * @throws GoogleFault, or the signal's reason once the run is over
   */
  call<T>(call: GoogleCall<T>): Promise<T>;
  /** Milliseconds until the run is over. */
  remainingMs(): number;
}

export interface GoogleParts {
  readonly request: GoogleRequest;
  /** Default: Google's own. */
  readonly endpoints?: GoogleEndpoints | undefined;
}

/**
 * How long one call may take. Creating and deleting only begins an operation, so none takes long. Below the 20 s after which
 * a cleaner takes its process for one that stood still (gcp-project/awake.ts).
 */
const LONGEST_CALL_MS = 15_000;

/** @param run the part of a run's context that says when it is over */
export function openGoogle(
  { request, endpoints = GOOGLE_ENDPOINTS }: GoogleParts,
  run: { readonly signal: AbortSignal; remainingMs(): number },
): Google {
  return {
    remainingMs: () => run.remainingMs(),
    async call(call) {
      run.signal.throwIfAborted();
      const timeout = Math.min(LONGEST_CALL_MS, run.remainingMs());
      // A process that was stopped may run on before its timers abort the run.
      if (timeout <= 0)
        throw new GoogleFault({ kind: 'busy', message: `could not ${call.what}: the run's time is up` });
      const { status, headers, data } = await ask({ call, endpoints, request, timeout, signal: run.signal });
      // An answer that comes after the end of the run is nobody's any more.
      run.signal.throwIfAborted();
      if (status < 200 || status > 299) {
        const retryAfter = headers.get('retry-after');
        throw readFault({ what: call.what, project: call.project, status, text: data, retryAfter });
      }
      return read(call, data);
    },
  };
}

/** Joins the parts of a path, each of which may hold anything. */
export const pathOf = (...parts: readonly string[]): string =>
  parts.map((part) => `/${part.split(':').map(encodeURIComponent).join(':')}`).join('');

interface Asked<T> {
  readonly call: GoogleCall<T>;
  readonly endpoints: GoogleEndpoints;
  readonly request: GoogleRequest;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

async function ask<T>({ call, endpoints, request, timeout, signal }: Asked<T>): ReturnType<GoogleRequest> {
  const query = call.query ? `?${new URLSearchParams(call.query).toString()}` : '';
  try {
    return await request({
      url: `${endpoints[call.api]}${call.path}${query}`,
      method: call.method,
      ...(call.body !== undefined && { data: call.body }),
      signal,
      timeout,
      responseType: 'text',
      validateStatus: () => true,
      retry: false,
    });
  } catch (error) {
    signal.throwIfAborted();
    const message = `could not ${call.what}: no answer from ${endpoints[call.api]} (${messageOf(error)})`;
    throw new GoogleFault({ kind: 'busy', message, cause: error });
  }
}

function read<T>({ what, answer }: GoogleCall<T>, text: string): T {
  try {
    return answer.parse(JSON.parse(text));
  } catch (cause) {
    const message = `could not ${what}: Google's answer is not what its API promises (${messageOf(cause)})`;
    throw new GoogleFault({ kind: 'busy', message, cause });
  }
}
