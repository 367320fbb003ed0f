import type { DeadLetter } from '../../shared/api/asked.ts';
import type { Caller } from '../../shared/http/auth/caller.ts';
import type { HttpCall } from '../../shared/http/handler.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import type { Clock } from '../../shared/runtime/clock.ts';

export interface ConsoleSettings {
  /** Whether orders may be given here: retry, hold, release, pause and resume. */
  readonly actions: boolean;
  /** Whether user data may be shown: it may hold credentials. */
  readonly userData: boolean;
  /** How often (ms) a page that is looked at asks again. */
  readonly refreshMs: number;
  /** What people know this Mason by. */
  readonly title: string;
}

/** What the console is made of. */
export interface ConsoleParts {
  readonly mason: Pick<Mason, 'ledger' | 'boskos' | 'engine' | 'waking' | 'log'>;
  readonly settings: ConsoleSettings;
  readonly clock: Pick<Clock, 'monotonic' | 'now'>;
  /** Text that nobody can guess. */
  readonly newToken: () => string;
  /** See Claims.retry; milliseconds. */
  readonly graceMs: number;
  /** Who gives an order. */
  readonly callerOf: (headers: HttpCall['headers']) => Caller;
  /** The oldest first. Null: the topics can't be asked for them from here. */
  readonly deadLetters: (() => readonly DeadLetter[]) | null;
}
