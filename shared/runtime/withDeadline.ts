import type { Clock } from './clock.ts';

/** gRPC's DEADLINE_EXCEEDED. */
class DeadlineError extends Error {
  readonly code = 4;
}

/**
 * Google's clients repeat a call for up to 600 s by themselves (measured), longer than an invocation may take.
 * @throws an error with gRPC's code DEADLINE_EXCEEDED after `ms` milliseconds; the call itself goes on
 */
export async function withDeadline<Result>(clock: Clock, ms: number, call: Promise<Result>): Promise<Result> {
  const over = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => {
    over.reject(new DeadlineError(`no answer within ${ms} ms`));
  });
  try {
    return await Promise.race([call, over.promise]);
  } finally {
    cancel();
  }
}
