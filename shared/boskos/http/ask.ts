import type { NewIntent } from '../../ledger/port.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AT_ONCE, atOnce } from './atOnce.ts';
import type { LentResource } from './client/client.ts';
import { BoskosFault } from './client/fault.ts';
import type { HttpParts } from './parts.ts';

/** What is asked for; each call gets an owner of its own. */
export type Ask = Omit<NewIntent, 'owner'>;

export interface Lent {
  readonly owner: string;
  /** The state that it was in. */
  readonly from: string;
  readonly resource: LentResource;
}

interface Asked {
  /** Calls of the page that were made, the first ones. */
  readonly asked: number;
  readonly lent: readonly Lent[];
  /** What went wrong with some of the calls; null: nothing. */
  readonly fault: { readonly error: unknown } | null;
}

/** Calls noted in one commit. */
const PAGE = 64;

/**
 * Asks the server once for each, and hands over what it lends. Before a call its owner is noted in the ledger: what a lost
 * reply or a dead process leaves behind is found by it (see recover.ts).
 *
 * @param takeOver makes the loans the ledger's own, or ends them; what it doesn't is recovered
 * @returns what it lent, up to the first type of which there is no more
 * @throws BoskosFault, once all that was lent is taken over
 */
export async function askEach(
  parts: HttpParts,
  asks: readonly Ask[],
  takeOver: (lent: readonly Lent[]) => Promise<void>,
): Promise<readonly LentResource[]> {
  const resources: LentResource[] = [];
  for (let start = 0; start < asks.length;) {
    const { asked, lent, fault } = await askPage(parts, asks.slice(start, start + PAGE), takeOver);
    resources.push(...lent.map(({ resource }) => resource));
    if (fault !== null) throw fault.error;
    if (lent.length < asked) break;
    start += asked;
  }
  return resources;
}

/** A few at a time, and what they brought is taken over before the next: a slow one makes the notes of few too old for that. */
async function askPage(
  parts: HttpParts,
  asks: readonly Ask[],
  takeOver: (lent: readonly Lent[]) => Promise<void>,
): Promise<Asked> {
  const { loans } = parts.ledger;
  const intents = asks.map((ask) => ({ ...ask, owner: parts.newOwner() }));
  const ageMs = startNote(parts.clock);
  await loans.intend(intents);
  const replies: Reply[] = [];
  const empty = new Set<string>();
  while (replies.length < intents.length) {
    const goodMs = replies.length === 0 ? NOTE_GOOD_MS : ANOTHER_GOOD_MS;
    const isGood = (): boolean => ageMs() < goodMs;
    // The server is slow: what is left is noted anew.
    if (replies.length > 0 && !isGood()) break;
    const round = intents.slice(replies.length, replies.length + AT_ONCE);
    const brought = await callEach(parts, round, { isGood, empty });
    replies.push(...brought);
    const lent = brought.filter((reply) => reply.kind === 'lent');
    if (lent.length > 0) await takeOver(lent);
  }
  const faults = replies.filter((reply) => reply.kind === 'fault');
  // Where a reply was lost, its owner is all that tells of what it may have brought.
  const unsure = new Set(faults.filter(({ sent }) => sent).map(({ owner }) => owner));
  await loans.drop(intents.map(({ owner }) => owner).filter((owner) => !unsure.has(owner)));
  const lent = replies.filter((reply) => reply.kind === 'lent');
  return { asked: replies.length, lent, fault: faults[0] ?? null };
}

type Reply =
  | ({ readonly kind: 'lent' } & Lent)
  | { readonly kind: 'nothing' }
  /** `sent`: it may have been lent. */
  | { readonly kind: 'fault'; readonly owner: string; readonly sent: boolean; readonly error: unknown };

/**
 * Where one call for a type found nothing, or failed, the next would not do better.
 *
 * @param empty places where that was so; gets more of them
 */
function callEach(
  parts: HttpParts,
  intents: readonly NewIntent[],
  { isGood, empty }: { readonly isGood: () => boolean; readonly empty: Set<string> },
): Promise<readonly Reply[]> {
  return atOnce(intents, async (intent): Promise<Reply> => {
    const { owner, type, state, name } = intent;
    const place = name === null ? `${type} ${state}` : owner;
    if (empty.has(place)) return { kind: 'nothing' };
    try {
      if (!isGood()) throw new BoskosFault('BOSKOS_UNAVAILABLE', STOOD_STILL, { sent: false });
      const resource = await call(parts, intent);
      if (resource !== null) return { kind: 'lent', owner, from: state, resource };
      empty.add(place);
      return { kind: 'nothing' };
    } catch (error) {
      empty.add(place);
      return { kind: 'fault', owner, sent: !(error instanceof BoskosFault) || error.sent, error };
    }
  });
}

const STOOD_STILL =
  'this process stood still, and its note of the call to come is taken for that of a dead one by now';

/** How long (ms) after its note a call may begin, so that it ends before anybody takes it up (see recover.ts). */
const NOTE_GOOD_MS = 15_000;

/** The same of one that can as well be noted anew: what it brings in its 10 s can be taken over still (see Loans.adopt). */
const ANOTHER_GOOD_MS = 8_000;

/** @returns how long ago (ms) it was noted, by either clock: of a process that is frozen one may stand still, too */
function startNote(clock: Clock): () => number {
  const notedAt = clock.now();
  const start = clock.monotonic();
  return () => Math.max(clock.now() - notedAt, clock.monotonic() - start);
}

const call = (
  { client }: HttpParts,
  { type, state, dest, owner, name }: NewIntent,
): Promise<LentResource | null> =>
  name === null
    ? client.acquire({ type, state, dest, owner })
    : client.acquireByState({ state, dest, owner, name });
