import type { Google } from '../google/callGoogle.ts';
import { isFault } from '../google/fault.ts';

/** A look takes so many calls that one fault in a hundred would keep most runs from seeing all. */
const MOST_TRIES = 3;

/** Calls Google again at once where it had a fault or gave no answer; only for calls that change nothing. */
export function insistent(google: Google): Google {
  return {
    remainingMs: () => google.remainingMs(),
    async call(call) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await google.call(call);
        } catch (error) {
          // To whom it has no more calls to give, another one would do no good.
          if (!isFault(error, 'busy') || error.isRate || tries === MOST_TRIES) throw error;
        }
      }
    },
  };
}
