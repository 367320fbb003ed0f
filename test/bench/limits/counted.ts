import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { openLocalTopics } from '../../../shared/topics/local/localTopics.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { TOPICS, type Topic } from '../../../shared/topics/port.ts';
import { Recorder, type Operation } from './recorder.ts';
import { configText, physicalOf, virtualOf, type PoolShape } from './types.ts';
import { openWorks, type Works } from './works.ts';

/** What all members did in one cycle each, from their user's acquire until all that it used is free again. */
export interface Counted {
  readonly shape: PoolShape;
  readonly cycles: number;
  readonly operations: readonly Operation[];
}

/** Ticks after which a pool that isn't full will never be. */
const PATIENCE_TICKS = 50;
/** Few at a time: what is counted is the work, and not who gets in whose way. */
const AT_ONCE = 4;

/** Runs the functions on the emulator and notes each commit. */
export async function count(firestoreHost: string, shape: PoolShape): Promise<Counted> {
  const recorder = new Recorder();
  const surroundings = { clock: systemClock, random: systemRandom, log: () => undefined };
  const firestore = openFirestoreLedger({
    projectId: `limits-${systemRandom.uuid()}`,
    emulator: firestoreHost,
    clock: systemClock,
    random: () => systemRandom.number(),
  });
  const topics = openLocalTopics({
    ...surroundings,
    concurrency: AT_ONCE,
    maxDeliveries: 10,
    minBackoffMs: 100,
    maxBackoffMs: 10_000,
  });
  const ledger = recorder.watch(firestore);
  const works = openWorks({ ...surroundings, ledger, topics, config: configText(shape) });
  for (const topic of TOPICS) topics.subscribe(topic, works.handlers[topic]);
  const tick = async (topic: Topic): Promise<void> => {
    await topics.publish([{ topic, data: EVERYTHING, attributes: {} }]);
    await topics.onIdle();
  };
  try {
    await fill(works, shape, tick);
    recorder.reset();
    await useAll(works, shape);
    await fill(works, shape, tick);
    return { shape, cycles: shape.types * shape.members, operations: recorder.operations };
  } finally {
    recorder.stop();
    await topics.close();
    await firestore.close();
  }
}

/** The Scheduler's ticks, until everything is free that can be. */
async function fill(works: Works, shape: PoolShape, tick: (topic: Topic) => Promise<void>): Promise<void> {
  for (let ticks = 0; ticks < PATIENCE_TICKS; ticks += 1) {
    await tick('sync');
    await tick('janitor');
    if (await isFull(works, shape)) return;
  }
  throw new Error(`not all is free after ${PATIENCE_TICKS} ticks`);
}

async function isFull({ mason }: Works, { types, members, spare }: PoolShape): Promise<boolean> {
  const pools = new Map((await mason.ledger.views.pools()).map((pool) => [pool.type, pool]));
  const freeOf = (type: string): number => pools.get(type)?.states['free'] ?? 0;
  return Array.from({ length: types }, (_, index) => index).every(
    (index) => freeOf(virtualOf(index)) === members && freeOf(physicalOf(index)) === spare,
  );
}

/** Each is acquired and released dirty, as a test would. */
async function useAll({ mason }: Works, { types, members }: PoolShape): Promise<void> {
  for (let use = 0; use < types * members; use += 1) {
    const owner = `user-${use}`;
    const type = virtualOf(use % types);
    const acquired = await mason.users.acquire({ type, state: 'free', dest: 'busy', owner, requestId: '' });
    if (acquired.kind !== 'acquired') throw new Error(`user ${use} got ${acquired.kind}`);
    await mason.users.release({ name: acquired.resource.name, dest: 'dirty', owner });
  }
}
