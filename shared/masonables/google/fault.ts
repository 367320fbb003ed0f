import { MasonError } from '../../errors.ts';

/**
 * What is wrong, as far as it decides what to do next.
 *
 * - absent: the thing is not there
 * - exists: a thing of that name is there already
 * - conflict: something else is being done to the thing; the same call succeeds later
 * - busy: too many calls, a fault of Google's, or no answer at all; the same call may succeed later
 * - quota: the project may not have more of something there
 * - stockout: the zone has no more machines of that kind
 * - denied: the caller lacks a permission
 * - off: a project lacks the API: the one called about, or the caller's own (`offIn` says which)
 * - invalid: the call itself is wrong
 */
export type FaultKind =
  'absent' | 'exists' | 'conflict' | 'busy' | 'quota' | 'stockout' | 'denied' | 'off' | 'invalid';

interface Facts {
  readonly kind: FaultKind;
  /** For people: what was tried, what Google says, what to do. */
  readonly message: string;
  /** Milliseconds that Google asks to wait (Retry-After). */
  readonly retryAfterMs?: number | undefined;
  /** Busy by the number of calls: another one at once would make it worse. */
  readonly isRate?: boolean;
  /** If off: the ID, or number, of the project that lacks the API, as far as Google tells. */
  readonly offIn?: string | null;
  readonly cause?: unknown;
}

/** A call of a Google API, or an operation that one began, that did not succeed. */
export class GoogleFault extends MasonError {
  readonly kind: FaultKind;
  readonly retryAfterMs: number;
  readonly isRate: boolean;
  readonly offIn: string | null;

  constructor({ kind, message, retryAfterMs = 0, isRate = false, offIn = null, cause }: Facts) {
    super('GOOGLE_FAILED', message, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.isRate = isRate;
    this.offIn = offIn;
  }
}

/** Whether `error` is a fault of one of these kinds. */
export const isFault = (error: unknown, ...kinds: readonly FaultKind[]): error is GoogleFault =>
  error instanceof GoogleFault && kinds.includes(error.kind);

/** Resolves with null where `work` fails with a fault of one of these kinds. */
export async function unless<T>(kinds: readonly FaultKind[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isFault(error, ...kinds)) return null;
    throw error;
  }
}
