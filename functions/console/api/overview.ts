import type { Waiting } from '../../../shared/ledger/port.ts';
import type { PoolCount } from '../../../shared/ledger/poolCount.ts';
import { STATE, type ResourceRecord, type Work } from '../../../shared/ledger/records.ts';
import { boundsOf, isPaused, isPhysical, type TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import type { ConsoleParts } from '../parts.ts';
import { remembered, type Remembered } from '../remembered.ts';
import { cut } from './cut.ts';

/** Most pools, and most entries of each list, that one answer has. */
const POOLS = 100;
const ENTRIES = 25;

/** Everything at a glance: what it costs depends on how many types there are, not on how many members. */
export function createOverview(parts: ConsoleParts): Remembered<unknown> {
  const { clock, settings } = parts;
  return remembered(clock, settings.refreshMs / 2, () => overview(parts));
}

async function overview({ mason, deadLetters, settings }: ConsoleParts): Promise<unknown> {
  const { ledger, boskos } = mason;
  const types = [...(await ledger.configs.types())].sort(byKind);
  const shown = types.slice(0, POOLS);
  const [counts, waiting, quarantined] = await Promise.all([
    boskos.counts(shown.map(({ type }) => type)),
    ledger.views.waiting(ENTRIES + 1),
    ledger.views.records({ state: STATE.quarantined, limit: ENTRIES + 1 }),
  ]);
  return {
    title: settings.title,
    pools: shown.map((spec, index) => pool(spec, counts[index])),
    morePools: types.length - shown.length,
    waiting: page(waiting, (entry: Waiting) => entry),
    quarantined: page(quarantined, inQuarantine),
    deadLetters: deadLetters === null ? null : page(newestOf(deadLetters()), deadLetter),
  };
}

/** Of what the oldest is first in; the newest first. */
const newestOf = <Entry>(entries: readonly Entry[]): Entry[] => entries.slice(-ENTRIES - 1).reverse();

/** One more than is shown tells that there are more. */
const page = <Entry>(entries: readonly Entry[], tell: (entry: Entry) => unknown) => ({
  entries: entries.slice(0, ENTRIES).map(tell),
  more: entries.length > ENTRIES,
});

const byKind = (a: TypeRecord, b: TypeRecord): number =>
  Number(isPhysical(a)) - Number(isPhysical(b)) || (a.type < b.type ? -1 : 1);

function pool(spec: TypeRecord, count: PoolCount | undefined) {
  const { type, needs, removed, managed, settings } = spec;
  return {
    type,
    kind: isPhysical(spec) ? 'physical' : 'virtual',
    ...boundsOf(spec),
    members: count?.members ?? 0,
    counts: count?.counts ?? {},
    needs,
    paused: isPaused(spec),
    pause: spec.pause && { ...spec.pause, reason: cut(spec.pause.reason) },
    pausedByConfig: settings.paused,
    removed,
    tended: managed || settings.janitor !== null,
  };
}

function inQuarantine({ name, type, work, hold }: ResourceRecord) {
  const { phase = null, quarantine = null, leases = [] } = work ?? {};
  return {
    ...{ name, type, phase },
    ...sinceWhen(quarantine),
    heldUntil: hold?.until ?? null,
    leases: leases.length,
  };
}

const sinceWhen = (quarantine: Work['quarantine']) => ({
  reason: cut(quarantine?.reason ?? ''),
  at: quarantine?.at ?? null,
  keepUntil: quarantine?.keepUntil ?? null,
});

const deadLetter = <Letter extends { readonly error: string }>(letter: Letter) => ({
  ...letter,
  error: cut(letter.error),
});
