import { LEASED_RESOURCES, STATE } from '../../../shared/ledger/records.ts';
import type { OriginalResource } from '../../support/originalBoskosRanch.ts';
import type { Outside, Thing } from './outside.ts';
import { partsOf } from './serverUsers.ts';

/** What the server shows, and who has done what to it. */
export interface ServerSight {
  readonly resources: readonly OriginalResource[];
  readonly outside: Outside;
  readonly hasBuilt: ReadonlySet<string>;
  readonly meddledWith: ReadonlySet<string>;
  /** A late acquirebystate of a parked resource, by a run that was overtaken: DESIGN.md's one exemption. Whole → its parts. */
  readonly takenLate: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What must hold on the server, whatever died in between: what a user can get as free holds exactly what it names, each
 * parked under its name, and what was built of it is there; and what he has got nobody destroys.
 */
export function httpFaults(sight: ServerSight): readonly string[] {
  return sight.resources.flatMap((resource) => [
    ...freeFaults(sight, resource),
    ...usedFaults(sight, resource),
  ]);
}

function freeFaults(sight: ServerSight, whole: OriginalResource): string[] {
  const { name, state, owner, userData } = whole;
  if (state !== STATE.free || owner !== '' || userData['thing'] === undefined) return [];
  if (sight.meddledWith.has(name)) return [];
  if (userData[LEASED_RESOURCES] === undefined) return [`${name} is free, and does not tell what it holds`];
  const byName = new Map(sight.resources.map((resource) => [resource.name, resource]));
  return [
    ...partsOf(whole).flatMap((part) => {
      const found = byName.get(part);
      if (found?.state === name && found.owner === '') return [];
      if (sight.takenLate.get(name)?.has(part) === true) return [];
      return [`${name} is free, and its ${part} is ${found?.state ?? 'gone'} (${found?.owner ?? ''})`];
    }),
    ...thingFaults(sight, whole),
  ];
}

function usedFaults(sight: ServerSight, whole: OriginalResource): string[] {
  return sight.hasBuilt.has(whole.name) ? thingFaults(sight, whole) : [];
}

function thingFaults({ outside }: ServerSight, whole: OriginalResource): string[] {
  const thing = thingOf(outside, whole);
  const what = `${whole.name} is ${whole.owner === '' ? 'free' : `in the hands of ${whole.owner}`}`;
  if (thing?.isWhole !== true) return [`${what}, and what was built of it is gone`];
  const parts = [...thing.parts].sort().join();
  const told = partsOf(whole).sort().join();
  return parts === told ? [] : [`${what}, names ${told}, and was made of ${parts}`];
}

function thingOf(outside: Outside, { userData }: OriginalResource): Thing | undefined {
  const [house = '', name = '', cycle = ''] = (userData['thing'] ?? '').split('/');
  return outside.of(house, name).find((thing) => thing.cycle === Number(cycle));
}
