import * as z from 'zod';

import { MasonError } from '../errors.ts';
import type { Ledger } from '../ledger/port.ts';
import { LEASED_RESOURCES, type Lease, type WorkRecord } from '../ledger/records.ts';
import type {
  Cleaner,
  Construction,
  Destruction,
  LeasedResources,
  Masonable,
  MasonableResource,
} from '../masonables/port.ts';
import { reasonOf } from './reasonOf.ts';
import type { Outcome, Run } from './run.ts';

/** How the phases call Masonables and cleaners: whatever these throw or return wrongly becomes a failed outcome. */
export interface Masonry {
  construct(run: Run): Promise<Construction | Failure>;
  destroy(run: Run): Promise<Destruction | Failure>;
  clean(run: Run): Promise<Destruction | Failure>;
}
export type Failure = Extract<Outcome, { kind: 'failed' }>;

/** The part of the registry that is needed here. */
export interface Makers {
  /** @throws MasonError MASONABLE_UNKNOWN, CONTENT_INVALID */
  masonable(configType: string, content: string): Masonable;
  /** @throws MasonError MASONABLE_UNKNOWN, CONTENT_INVALID */
  cleaner(type: string, settings: unknown): Cleaner;
}

/** Bytes as JSON: a document of Firestore takes 1 MiB, and holds more than these. */
const MOST_BYTES = 262_144;
const TOO_LARGE = `is larger than ${MOST_BYTES / 1_024} KiB: keep it elsewhere and return where it is`;

const notYetSchema = z.object({
  done: z.literal(false),
  checkpoint: z.json().refine(isWritable, 'goes in a circle').refine(isSmall, TOO_LARGE),
  againInMs: z.number().min(0),
});
const constructionSchema = z.discriminatedUnion('done', [
  z.object({ done: z.literal(true), userData: z.record(z.string(), z.string()).refine(isSmall, TOO_LARGE) }),
  notYetSchema,
]);
const destructionSchema = z.discriminatedUnion('done', [z.object({ done: z.literal(true) }), notYetSchema]);
const DESTROYED: Destruction = { done: true };

export function createMasonry({
  ledger,
  makers,
}: {
  readonly ledger: Ledger;
  readonly makers: Makers;
}): Masonry {
  const builderOf = rememberBuilders({ ledger, makers });
  return {
    async construct(run) {
      return attempt(async () => {
        const builder = await builderOf(run.record);
        if (builder === null)
          throw new MasonError('LEDGER_UNREADABLE', `${run.record.name} has no config to be built by`);
        const construction = checked(
          await builder.construct(resourceOf(run.record), leasedOf(run.record.work.leases), run.context),
          constructionSchema,
        );
        if (construction.done && LEASED_RESOURCES in construction.userData) {
          throw new MasonError(
            'CONTENT_INVALID',
            `construct returned the user data key ${LEASED_RESOURCES}, which is Mason's own: choose another`,
          );
        }
        return construction;
      });
    },
    async destroy(run) {
      return attempt(async () => {
        const builder = await builderOf(run.record);
        if (builder?.destroy === undefined) return DESTROYED;
        return checked(
          await builder.destroy(resourceOf(run.record), leasedOf(run.record.work.leases), run.context),
          destructionSchema,
        );
      });
    },
    async clean(run) {
      const { janitor } = run.spec.settings;
      if (janitor === null) return withoutCleaner(run.record);
      const { type, ...settings } = janitor;
      return attempt(async () =>
        checked(
          await makers.cleaner(type, settings).clean(resourceOf(run.record), run.context),
          destructionSchema,
        ),
      );
    },
  };
}

/** What ends in a tombstone need not be clean. The rest was taken while its type had a cleaner: it is still dirty. */
function withoutCleaner({ type, work }: WorkRecord): Destruction | Failure {
  if (work.doomed) return DESTROYED;
  const message = `the type ${type} has no janitor in the config any more: give it one, or delete this resource`;
  return { kind: 'failed', message };
}

/** Contents never change under their hash, so what was made of one serves every run after. */
const BUILDERS_KEPT = 1_000;

/** @returns the Masonable by whose config the thing was built, which may not be today's; null: nothing was built */
function rememberBuilders({
  ledger,
  makers,
}: {
  readonly ledger: Ledger;
  readonly makers: Makers;
}): (record: WorkRecord) => Promise<Masonable | null> {
  const builders = new Map<string, Masonable>();
  return async ({ name, type, work: { builtBy } }) => {
    if (builtBy === null) return null;
    const key = `${type}/${builtBy}`;
    const known = builders.get(key);
    if (known !== undefined) return known;
    const content = await ledger.configs.content(type, builtBy);
    if (content?.config == null) {
      throw new MasonError(
        'LEDGER_UNREADABLE',
        `the config ${builtBy} by which ${name} was built is gone from the ledger`,
      );
    }
    const builder = makers.masonable(content.config.type, content.config.content);
    if (builders.size >= BUILDERS_KEPT) builders.clear();
    builders.set(key, builder);
    return builder;
  };
}

/** Faults of the ledger are thrown on: they are no failure of the Masonable. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MasonError && error.code === 'LEDGER_UNAVAILABLE') throw error;
    return { kind: 'failed', message: reasonOf(error) };
  }
}

function checked<Result>(returned: unknown, schema: z.ZodType<Result>): Result {
  const parsed = schema.safeParse(returned);
  if (parsed.success) return parsed.data;
  throw new MasonError(
    'CONTENT_INVALID',
    `the Masonable returned nonsense (${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'its answer'}: ${message}`).join('; ')})`,
  );
}

function isSmall(value: unknown): boolean {
  return !isWritable(value) || Buffer.byteLength(JSON.stringify(value)) <= MOST_BYTES;
}

function isWritable(checkpoint: unknown): boolean {
  try {
    JSON.stringify(checkpoint);
    return true;
  } catch {
    return false;
  }
}

const resourceOf = ({ type, name, userData }: WorkRecord): MasonableResource => ({ type, name, userData });

function leasedOf(leases: readonly Lease[]): LeasedResources {
  const leased: Record<string, MasonableResource[]> = {};
  for (const { type, name, userData } of leases) (leased[type] ??= []).push({ type, name, userData });
  return leased;
}
