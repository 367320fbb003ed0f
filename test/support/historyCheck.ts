import type { Operation } from './history.ts';

/**
 * Whether a history is linearizable: each resource is a lock with an owner, and there is an order of the calls, each at one
 * moment between its start and its end, in which every answer is right. After Wing & Gong, "Testing and Verifying Concurrent
 * Objects" (1993), with the memory of Lowe's "Testing for linearizability" (2017): a state that was met once is not met again.
 *
 * @returns a sentence for each resource of which there is no such order; none: the history is linearizable
 */
export function faultsOf(operations: readonly Operation[]): string[] {
  const byResource = Map.groupBy(operations, ({ resource }) => resource);
  return [...byResource].flatMap(([resource, ofOne]) => {
    const stuck = stuckAt(ofOne);
    return stuck === null ? [] : [`${resource}: ${stuck}`];
  });
}

/** How far an attempt to put the calls in order has come. */
interface Place {
  /** All answered calls before this one are in order. */
  readonly from: number;
  /** Of those after it, the ones that are, too. */
  readonly ahead: readonly number[];
  /** Unanswered calls that are taken to have happened. */
  readonly happened: readonly number[];
  readonly holder: string | null;
}

/** Its calls in the order of their starts. */
interface Calls {
  readonly answered: readonly Operation[];
  readonly unanswered: readonly Operation[];
}

/** @returns null: there is an order. Else what no order gets past */
function stuckAt(operations: readonly Operation[]): string | null {
  const sorted = [...operations].sort((a, b) => a.start - b.start);
  const calls = {
    answered: sorted.filter(({ outcome }) => outcome !== 'unknown'),
    unanswered: sorted.filter(({ outcome }) => outcome === 'unknown'),
  };
  let farthest: Place = { from: 0, ahead: [], happened: [], holder: null };
  const open = [farthest];
  const met = new Set<string>();
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place.from === calls.answered.length) return null;
    if (place.from >= farthest.from) farthest = place;
    for (const next of nextOf(calls, place)) {
      const key = JSON.stringify(next);
      if (met.has(key)) continue;
      met.add(key);
      open.push(next);
    }
  }
  return describe(calls, farthest);
}

function nextOf({ answered, unanswered }: Calls, place: Place): Place[] {
  const { candidates, latest } = candidatesOf(answered, place);
  const placed = candidates.flatMap((index) => {
    const after = holderAfter(answered[index], place.holder);
    return after === undefined ? [] : [advance(place, index, after)];
  });
  const guessed = unanswered.flatMap((call, index) => {
    if (call.start > latest || place.happened.includes(index)) return [];
    const after = holderAfter(call, place.holder);
    // One without an effect may as well never have happened.
    if (after === undefined || after === place.holder) return [];
    return [{ ...place, happened: [...place.happened, index].sort((a, b) => a - b), holder: after }];
  });
  return [...guessed, ...placed];
}

/** A call can come next if it began before any other of those that are left had ended. */
function candidatesOf(
  answered: readonly Operation[],
  { from, ahead }: Place,
): { readonly candidates: readonly number[]; readonly latest: number } {
  const left: number[] = [];
  let latest = Infinity;
  for (let index = from; index < answered.length; index += 1) {
    const call = answered[index];
    if (call === undefined || call.start > latest) break;
    if (ahead.includes(index)) continue;
    left.push(index);
    latest = Math.min(latest, call.end);
  }
  const candidates = left.filter((index) => (answered[index]?.start ?? 0) <= latest);
  return { candidates, latest };
}

/** The lock: @returns who holds it after this call. Undefined: it could not have been answered so */
function holderAfter(call: Operation | undefined, holder: string | null): string | null | undefined {
  if (call === undefined) return undefined;
  const { op, outcome, process } = call;
  if (op === 'acquire') return holder === null ? process : undefined;
  if (outcome === 'refused') return holder === process ? undefined : holder;
  return holder === process ? null : undefined;
}

function advance(place: Place, index: number, holder: string | null): Place {
  const ahead = [...place.ahead, index].sort((a, b) => a - b);
  let { from } = place;
  while (ahead[0] === from) {
    ahead.shift();
    from += 1;
  }
  return { ...place, from, ahead, holder };
}

function describe({ answered }: Calls, place: Place): string {
  const { candidates } = candidatesOf(answered, place);
  const calls = candidates.map((index) => {
    const { process = '', op = '', outcome = '', start = 0, end = 0 } = answered[index] ?? {};
    return `${op} by ${process} (${start} to ${end}) was answered ${outcome}`;
  });
  return `held by ${place.holder ?? 'nobody'}, ${calls.join(', and ')}`;
}
