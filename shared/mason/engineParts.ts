import type { Boskos } from '../boskos/port.ts';
import type { Ledger } from '../ledger/port.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Random } from '../runtime/random.ts';
import type { Topics } from '../topics/port.ts';
import type { Matcher } from './matcher.ts';
import type { Timing } from './timing.ts';

/** What the engine works with. */
export interface EngineParts {
  readonly ledger: Ledger;
  readonly boskos: Boskos;
  readonly topics: Topics;
  readonly matcher: Matcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly timing: Timing;
}
