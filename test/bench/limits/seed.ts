import {
  openLedgerCopy,
  openLocalLedger,
  openTopicsInProcess,
} from '../../../shared/runtime/composeLocal.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { TOPICS } from '../../../shared/topics/port.ts';
import { configText, physicalOf, virtualOf, type PoolShape } from './types.ts';
import { openWorks } from './works.ts';

/**
 * A ledger with full pools. One member of each type goes through its cycle; the others are copies of it under names of
 * their own.
 */
export async function seededLedger(
  shape: PoolShape,
  surroundings: { readonly clock: Clock; readonly random: Random },
): Promise<Ledger> {
  const models = await modelsOf({ ...shape, members: 1, spare: 1, slowMs: 0 });
  const types = models.types.map((type) => withSize(type, shape));
  const records = Array.from({ length: shape.types }, (_, index) => index).flatMap((index) =>
    copiesOf(modelOf(models.records, index), { index, shape, random: surroundings.random }),
  );
  const ledger = await openLedgerCopy({ types, records }, { ...surroundings, sharesCommits: false });
  // What members were built by goes with the config alone.
  await ledger.configs.store(types);
  return ledger;
}

interface Models {
  readonly types: readonly TypeRecord[];
  readonly records: readonly ResourceRecord[];
}

async function modelsOf(shape: PoolShape): Promise<Models> {
  const surroundings = { clock: systemClock, random: systemRandom, log: () => undefined };
  const ledger = openLocalLedger(':memory:', surroundings);
  const topics = openTopicsInProcess(surroundings);
  const { handlers } = openWorks({ ...surroundings, ledger, topics, config: configText(shape) });
  for (const topic of TOPICS) topics.subscribe(topic, handlers[topic]);
  await topics.publish([{ topic: 'sync', data: EVERYTHING, attributes: {} }]);
  await topics.onIdle();
  const models = {
    types: await ledger.configs.types(),
    records: await ledger.views.records({ limit: 1_000_000 }),
  };
  await topics.close();
  await ledger.close();
  return models;
}

interface Model {
  readonly virtual: ResourceRecord;
  readonly held: ResourceRecord;
  readonly spare: ResourceRecord;
}

function modelOf(records: readonly ResourceRecord[], index: number): Model {
  const virtual = records.find(({ type, state }) => type === virtualOf(index) && state === 'free');
  const held = records.find(({ heldBy }) => heldBy !== null && heldBy === virtual?.name);
  const spare = records.find(({ type, state }) => type === physicalOf(index) && state === 'free');
  if (virtual === undefined || held === undefined || spare === undefined)
    throw new Error(`the model of ${virtualOf(index)} is not free`);
  return { virtual, held, spare };
}

function copiesOf(
  { virtual, held, spare }: Model,
  { index, shape, random }: { readonly index: number; readonly shape: PoolShape; readonly random: Random },
): readonly ResourceRecord[] {
  const copies: ResourceRecord[] = [];
  for (let copy = 0; copy < shape.members; copy += 1) {
    const names = new Map([
      [virtual.name, `${virtualOf(index)}.${copy}`],
      [held.name, `${physicalOf(index)}.${copy}`],
    ]);
    copies.push(renamed(virtual, names, random), renamed(held, names, random));
  }
  for (let copy = 0; copy < shape.spare; copy += 1)
    copies.push(renamed(spare, new Map([[spare.name, `${physicalOf(index)}.spare-${copy}`]]), random));
  return copies;
}

/** Names are UUIDs, so that they stand for nothing else wherever they stand. */
function renamed(record: ResourceRecord, names: ReadonlyMap<string, string>, random: Random): ResourceRecord {
  let text = JSON.stringify(record);
  for (const [name, copy] of names) text = text.replaceAll(name, copy);
  return { ...(JSON.parse(text) as ResourceRecord), rand: random.number() };
}

/** Of the whole pool; what a type is made of is the model's. */
function withSize(type: TypeRecord, { members, spare }: PoolShape): TypeRecord {
  const count = type.managed ? members : members + spare;
  return { ...type, size: { kind: 'dynamic', min: count, max: count } };
}
