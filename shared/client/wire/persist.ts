import { pause } from '../pause.ts';
import { tell } from '../tell.ts';
import { exchange, type Call, type Server } from './exchange.ts';
import { CallFault, type Reply } from './fault.ts';

/** How a call is made that may be made twice. */
export interface Persistence {
  /** Milliseconds for which it is tried again. */
  readonly patience: number;
  /** Ends the tries. An attempt on its way is waited for, or nobody would know what came of it. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds of one more attempt after the signal, if an earlier one may have arrived: for what must be undone then.
   * Without it there is none.
   */
  readonly lastAttempt?: number;
}

export interface PersistParts extends Server {
  /** In [0, 1). */
  readonly random: () => number;
  readonly onRetry: (fault: CallFault, pause: number) => void;
}

export interface Persisted {
  readonly reply: Reply;
  /** An earlier attempt may have arrived, its answer lost. */
  readonly repeated: boolean;
}

/** Milliseconds: of the first pause, which doubles with each failure, and the longest. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

/**
 * Makes the call until it is answered. Full jitter: those whom one outage turned away together don't come back together.
 * @throws CallFault when the patience is over, or trying again is of no use; the signal's reason
 */
export async function persist(parts: PersistParts, call: Call, by: Persistence): Promise<Persisted> {
  const { clock, random, onRetry } = parts;
  const end = clock.monotonic() + by.patience;
  let repeated = false;
  for (let failed = 1; ; failed += 1)
    try {
      return { reply: await exchange(parts, call), repeated };
    } catch (error) {
      if (!(error instanceof CallFault) || !error.retry) throw error;
      repeated ||= error.sent;
      const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failed - 1, 30));
      const next = Math.max(Math.round(longest * (0.1 + 0.9 * random())), error.retryAfter);
      if (by.signal?.aborted !== true) {
        if (clock.monotonic() + next > end) throw error;
        // What it throws is dropped: thrown after the call it would hide what that brought, a lease for one.
        tell(
          () => onRetry(error, next),
          () => undefined,
        );
      }
      try {
        await pause(clock, next, by.signal);
      } catch (reason) {
        const reply = repeated ? await lastReply(parts, call, by) : null;
        if (reply === null) throw reason;
        return { reply, repeated };
      }
    }
}

/** Null: there is none, and the signal's reason is all that is to be told. */
async function lastReply(
  parts: PersistParts,
  call: Call,
  { lastAttempt = 0 }: Persistence,
): Promise<Reply | null> {
  if (lastAttempt === 0) return null;
  const timeout = Math.min(parts.timeout, lastAttempt);
  return exchange({ ...parts, timeout }, call).catch(() => null);
}
