import type { Ledger } from '../../../shared/ledger/port.ts';
import { TOPICS, type Topic } from '../../../shared/topics/port.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import type { Costs } from './costs.ts';
import { distantLedger, type Written } from './distantLedger.ts';
import { deployed, Push, type Deployed, type Invocation } from './push.ts';
import { seededLedger } from './seed.ts';
import { configText, virtualOf, type PoolShape } from './types.ts';
import { Users } from './users.ts';
import { VirtualTime } from './virtualTime.ts';
import { Watch, type Watched } from './watch.ts';
import { openWorks, type Works } from './works.ts';

export interface Load {
  readonly shape: PoolShape;
  /** Acquired, and later released dirty, in a minute, over all types. */
  readonly cyclesAMinute: number;
  /** What is measured, after some that are not. */
  readonly minutes: number;
  /** How the four phases and the janitor are deployed, if otherwise than by default. */
  readonly phases: Deployed | null;
}

export interface Simulated {
  readonly load: Load;
  readonly watched: Watched;
  /** Virtual members that are neither free nor a user's, at the beginning and the end of what is measured. */
  readonly unready: readonly [begin: number, end: number];
  /** Messages that wait for an instance at the end, and those that were given up. */
  readonly backlog: number;
  readonly dead: number;
  /** Acquires that found nothing free. */
  readonly turnedAway: number;
}

const MINUTE_MS = 60_000;
/** Until as many are in their users' hands, and on their way back, as will be. */
const WARM_UP_MINUTES = 4;

/** Minutes of a whole deployment: all instances of all functions on one ledger, with as many users as the load says. */
export async function simulate(
  load: Load,
  costs: Costs,
  progress: (what: string) => void,
): Promise<Simulated> {
  const time = new VirtualTime(Date.now());
  const random = createWorldRandom(1);
  const near = await seededLedger(load.shape, { clock: time.clock, random });
  const minutes = WARM_UP_MINUTES + load.minutes;
  const span = { fromMs: WARM_UP_MINUTES * MINUTE_MS, untilMs: minutes * MINUTE_MS };
  const watch = new Watch(time, { ...span, slowMs: load.shape.slowMs });
  const onWritten = (written: Written): void => {
    watch.wrote(written);
  };
  const ledger = distantLedger(near, { time, random, costs, onWritten });
  const onEnd = (invocation: Invocation): void => {
    watch.ended(invocation);
  };
  const push = new Push({ time, random, onEnd });
  const config = configText(load.shape);
  const open = (): Works => openWorks({ clock: time.clock, random, topics: push, config, ledger });
  for (const topic of TOPICS) push.subscribe(topic, deployedAs(topic, load), open);
  const desks = Array.from({ length: deployed('boskos').maxInstances }, open);
  const users = new Users({
    ...{ time, random, desks },
    ...{ types: load.shape.types, usersAMinute: load.cyclesAMinute },
  });
  const unready: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    progress(`minute ${minute + 1} of ${minutes}`);
    if (minute === WARM_UP_MINUTES) unready.push(await countUnready(near, load.shape));
    tick(push, ['sync', 'janitor']);
    users.comeUntil((minute + 1) * MINUTE_MS);
    await time.runUntil((minute + 1) * MINUTE_MS);
  }
  unready.push(await countUnready(near, load.shape));
  await near.close();
  return {
    ...{ load, watched: watch.result(), unready: [unready[0] ?? 0, unready[1] ?? 0] },
    ...{ backlog: push.waiting, dead: push.dead, turnedAway: users.turnedAway },
  };
}

const deployedAs = (topic: Topic, { phases }: Load): Deployed =>
  topic !== 'sync' && phases !== null ? phases : deployed(topic);

/** What the Scheduler does each minute. */
function tick(push: Push, topics: readonly Topic[]): void {
  void push.publish(topics.map((topic) => ({ topic, data: EVERYTHING, attributes: {} })));
}

async function countUnready({ views }: Ledger, { types }: PoolShape): Promise<number> {
  const virtual = new Set(Array.from({ length: types }, (_, index) => virtualOf(index)));
  const pools = (await views.pools()).filter(({ type }) => virtual.has(type));
  return pools.reduce((sum, { states }) => sum + (states['dirty'] ?? 0) + (states['cleaning'] ?? 0), 0);
}
