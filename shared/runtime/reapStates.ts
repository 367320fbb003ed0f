/** Values that one query of Firestore takes (https://firebase.google.com/docs/firestore/query-data/queries). */
export const MOST_REAP_STATES = 30;

/** In these nobody uses a resource: Mason moves it on itself, or a person has it. */
export const NEVER_REAPED: readonly string[] = [
  'dirty',
  'free',
  'held',
  'quarantined',
  'returned',
  'toBeDeleted',
  'tombstone',
];

/** The states, separated by commas, in which an owner has to give signs of life; or what is wrong with them. */
export function readReapStates(text: string): readonly string[] | { readonly fault: string } {
  const states = text
    .split(',')
    .map((state) => state.trim())
    .filter((state) => state !== '');
  if (states.length <= MOST_REAP_STATES && !states.some((state) => NEVER_REAPED.includes(state)))
    return states;
  return {
    fault: `takes at most ${MOST_REAP_STATES} states in which somebody uses a resource, such as busy`,
  };
}
