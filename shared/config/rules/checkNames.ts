import { error } from '../fault.ts';
import type { Finding } from '../fault.ts';
import type { Draft, Spot } from './draft.ts';

/**
 * The states that Boskos and this Mason know (the first seven are the original's KnownStates). A physical resource that
 * is part of a virtual one has that one's name as its state, so no name may be one of these.
 */
const KNOWN_STATES = [
  'free',
  'dirty',
  'cleaning',
  'leased',
  'busy',
  'toBeDeleted',
  'tombstone',
  'quarantined',
  'returned',
  'held',
] as const;

/** Names are unique over all types and equal no state. */
export function checkNames(drafts: readonly Draft[]): Finding[] {
  const names = drafts.flatMap((draft) => draft.names);
  return [...findRepeated(names), ...findStates(names, drafts)];
}

function findRepeated(names: readonly Spot<string>[]): Finding[] {
  const firstLines = new Map<string, number>();
  return names.flatMap(({ value, at, path }) => {
    const first = firstLines.get(value);
    if (first === undefined) firstLines.set(value, at.line);
    if (first === undefined) return [];
    const problem = `the name ${value} is already in line ${first}`;
    return error(at, { path, problem, cure: 'Give each resource a name of its own, over all types' });
  });
}

function findStates(names: readonly Spot<string>[], drafts: readonly Draft[]): Finding[] {
  const configured = new Map(
    drafts.flatMap(({ state }) => (state ? [[state.value, state.at.line] as const] : [])),
  );
  const known: readonly string[] = KNOWN_STATES;
  return names.flatMap(({ value, at, path }) => {
    const line = configured.get(value);
    if (line === undefined && !known.includes(value)) return [];
    const problem = `the name ${value} is also a state${known.includes(value) ? '' : `, in line ${line}`}`;
    return error(at, {
      path,
      problem,
      cure: 'Give it another name: the state of what it is made of will be its name',
    });
  });
}
