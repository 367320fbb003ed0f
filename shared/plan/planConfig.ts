import type { MasonConfig } from '../config/schema.ts';
import type { Ledger } from '../ledger/port.ts';
import type { ResourceRecord } from '../ledger/records.ts';
import { isLeaving } from '../ledger/transitions/pool.ts';
import { boundsOf, type TypeRecord } from '../ledger/typeRecord.ts';
import { typeRecordsOf } from '../mason/typeRecordsOf.ts';
import { changesOf } from './changesOf.ts';
import type { ConfigPlan, MemberStep, PoolPlan } from './plan.ts';
import { stepOf } from './stepOf.ts';

/** What is planned for, and by whom. */
export interface Planning {
  /** It is read, and left as it is. */
  readonly ledger: Pick<Ledger, 'configs' | 'views'>;
  readonly config: MasonConfig;
  /** Whether Mason keeps the pools at their size: over another server, that one does. */
  readonly keepsSizes: boolean;
  /** Makes a ledger on which things can be tried. */
  readonly openCopy: (contents: Contents) => Promise<Ledger>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newName: () => string;
}

interface Contents {
  readonly types: readonly TypeRecord[];
  readonly records: readonly ResourceRecord[];
}

/** Records of one read. */
const PAGE = 500;

/**
 * What would become of every member, were this config applied now. Sync's own commits are tried on a copy of the ledger, so
 * that the plan can't say anything else than what sync does.
 * @returns pools for which there is nothing to say, too; all sorted by type, their members by name
 */
export async function planConfig(planning: Planning): Promise<ConfigPlan> {
  const before = await contentsOf(planning.ledger);
  const copy = await planning.openCopy(before);
  try {
    await copy.configs.store(typeRecordsOf(planning.config, before.types));
    const types = await copy.configs.types();
    if (planning.keepsSizes) {
      for (const spec of types) await tend(copy, spec, planning);
      // A name that one type gave up is another's only now.
      for (const { type } of types) await copy.pools.keepSize(type, orderOf(type, planning));
    }
    const after = (await contentsOf(copy)).records;
    const pools = types.map((spec) =>
      planPool({ spec, before, after: after.filter(({ type }) => type === spec.type), at: planning.now() }),
    );
    return { keepsSizes: planning.keepsSizes, pools };
  } finally {
    await copy.close();
  }
}

async function contentsOf({ configs, views }: Planning['ledger']): Promise<Contents> {
  const records: ResourceRecord[] = [];
  let page: readonly ResourceRecord[];
  do {
    const after = records.at(-1)?.name;
    page = await views.records({ limit: PAGE, ...(after !== undefined && { after }) });
    records.push(...page);
  } while (page.length === PAGE);
  return { types: await configs.types(), records };
}

/** What sync, and for physical types the janitor, does in one tick because of what the config says. */
async function tend({ pools }: Ledger, { type, managed }: TypeRecord, planning: Planning): Promise<void> {
  const order = orderOf(type, planning);
  await pools.keepSize(type, order);
  if (managed) {
    await pools.takeDirty(order);
    await pools.takeOutdated(order);
  } else await pools.takeForJanitor(order);
}

const orderOf = (type: string, { newName }: Planning) => ({
  ...{ type, newName, newOwner: newName },
  limit: Number.MAX_SAFE_INTEGER,
  graceMs: 0,
});

interface PoolSight {
  readonly spec: TypeRecord;
  readonly before: Contents;
  readonly after: readonly ResourceRecord[];
  readonly at: number;
}

function planPool({ spec, before, after, at }: PoolSight): PoolPlan {
  const { type, managed, size } = spec;
  const then = new Map(after.map((record) => [record.name, record]));
  const now = new Map(
    before.records.filter((record) => record.type === type).map((record) => [record.name, record]),
  );
  const all = [...new Set([...now.keys(), ...then.keys()])]
    .sort()
    .map((name) => stepOf({ before: now.get(name) ?? null, after: then.get(name) ?? null, spec, at }))
    .filter((step) => step !== null);
  const isNamed = size.kind === 'static' || spec.removed;
  const steps = all.filter(({ step }) => isNamed || step !== 'create');
  const { min, max } = boundsOf(spec);
  const staying = after.filter((record) => !isLeaving(record)).length;
  const hasWork = (step: MemberStep): boolean => BUILDS.includes(step.step);
  const isBuiltNow = ({ name }: MemberStep): boolean => now.get(name)?.work?.builtBy != null;
  return {
    ...{ type, min, max, steps, members: now.size, unnamed: all.length - steps.length },
    changes: changesOf(before.types.find((known) => known.type === type) ?? null, spec),
    surplus: isNamed ? 0 : Math.max(0, staying - max),
    builds: managed && !spec.removed ? all.filter(hasWork).length : 0,
    destroys: steps.filter((step) => DESTROYS.includes(step.step) && isBuiltNow(step)).length,
  };
}

const BUILDS: readonly string[] = ['create', 'build', 'rebuild'];
const DESTROYS: readonly string[] = ['rebuild', 'clean', 'drain'];
