import { error } from '../fault.ts';
import type { Finding } from '../fault.ts';
import { listed, nearest } from '../nearest.ts';
import { supplyOf } from './draft.ts';
import type { Draft, Need } from './draft.ts';

/** Each need names a type of this file, no type needs itself in the end, and there is enough of each for all. */
export function checkNeeds(drafts: readonly Draft[]): Finding[] {
  const types = groupByType(drafts);
  return [...findUnknown(drafts, types), ...findCycles(types), ...findShortages(types)];
}

/** Several static entries of one type count as one. */
type Types = ReadonlyMap<string, readonly Draft[]>;

function groupByType(drafts: readonly Draft[]): Types {
  return Map.groupBy(
    drafts.filter(({ type }) => type !== null),
    ({ type }) => type?.value ?? '',
  );
}

function findUnknown(drafts: readonly Draft[], types: Types): Finding[] {
  const unknown = drafts.flatMap(({ needs }) => needs).filter(({ type }) => !types.has(type));
  return unknown.map(({ type, at, path }) => {
    const near = nearest(type, types.keys());
    const cure = near
      ? `Did you mean ${near}?`
      : `Add an entry of that type; there are: ${listed(types.keys())}`;
    return error(at, { path, problem: `the needed type ${type} is not in this file`, cure });
  });
}

/** Each circle is told once, where its first type in the file enters it. */
function findCycles(types: Types): Finding[] {
  const told = new Set<string>();
  return [...types.keys()].flatMap((type) => {
    const way = told.has(type) ? null : wayBackTo(type, types);
    if (!way) return [];
    for (const need of way) told.add(need.type);
    const [first] = way;
    if (!first) return [];
    const problem = `${[type, ...way.map((need) => need.type)].join(' needs ')}, so none could ever be built`;
    return error(first.at, { path: first.path, problem, cure: 'Delete one of these needs' });
  });
}

/** The shortest chain of needs from a type back to itself, or null. */
function wayBackTo(start: string, types: Types): Need[] | null {
  const cameBy = new Map<string, { from: string; need: Need }>();
  const queue = [start];
  for (const from of queue) {
    for (const need of needsOf(from, types)) {
      if (cameBy.has(need.type)) continue;
      cameBy.set(need.type, { from, need });
      if (need.type === start) return retrace(start, cameBy);
      queue.push(need.type);
    }
  }
  return null;
}

function retrace(start: string, cameBy: ReadonlyMap<string, { from: string; need: Need }>): Need[] {
  const way: Need[] = [];
  let step = cameBy.get(start);
  while (step) {
    way.unshift(step.need);
    step = step.from === start ? undefined : cameBy.get(step.from);
  }
  return way;
}

function needsOf(type: string, types: Types): Need[] {
  return types.get(type)?.flatMap(({ needs }) => needs.filter(({ count }) => count > 0)) ?? [];
}

/** Boskos's rule, for its dynamic types; a static type that is built needs no less. */
function findShortages(types: Types): Finding[] {
  const demands = Map.groupBy([...types.values()].flat().flatMap(demandsOf), ({ need }) => need.type);
  return [...types].flatMap(([type, drafts]) => {
    const supplies = drafts.map(supplyOf);
    if (supplies.includes(null)) return [];
    const supply = supplies.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
    return findShortage({ type, supply, demands: demands.get(type) ?? [] });
  });
}

interface Demand {
  readonly by: string;
  readonly members: number;
  readonly need: Need;
}

function demandsOf(draft: Draft): Demand[] {
  return draft.needs.map((need) => ({ by: draft.type?.value ?? '', members: supplyOf(draft) ?? 0, need }));
}

/** Told where the demand first goes beyond the supply. */
function findShortage({
  type,
  supply,
  demands,
}: {
  type: string;
  supply: number;
  demands: Demand[];
}): Finding[] {
  const amounts = demands.map(({ members, need }) => members * need.count);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total <= supply) return [];
  let sum = 0;
  const beyond = demands.find((_, index) => (sum += amounts[index] ?? 0) > supply);
  if (!beyond) return [];
  const terms = demands.map(({ by, members, need }) => `${members} ${by} × ${need.count}`).join(' + ');
  const problem = `${total} of ${type} are needed (${terms}), but there are ${supply}`;
  const cure = `Add ${total - supply} of ${type}, or lower a need or a max-count`;
  return [error(beyond.need.at, { path: beyond.need.path, problem, cure })];
}
