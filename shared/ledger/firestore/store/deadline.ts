import type { Clock } from '../../../runtime/clock.ts';

/** gRPC's DEADLINE_EXCEEDED. */
class DeadlineError extends Error {
  readonly code = 4;
}

/**
 * The client repeats a call for up to 600 s by itself (measured), longer than an invocation may take.
 * @throws an error with gRPC's code DEADLINE_EXCEEDED after `ms` milliseconds; the call itself goes on
 */
export async function withDeadline<Result>(clock: Clock, ms: number, call: Promise<Result>): Promise<Result> {
  const over = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => {
    over.reject(new DeadlineError(`no answer within ${ms / 1_000} s`));
  });
  try {
    return await Promise.race([call, over.promise]);
  } finally {
    cancel();
  }
}
