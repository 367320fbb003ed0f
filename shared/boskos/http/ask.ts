import type { NewIntent } from '../../ledger/port.ts';
import type { Clock } from '../../runtime/clock.ts';
import { atOnce } from './atOnce.ts';
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

export interface Asked {
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
  for (let start = 0; start < asks.length; start += PAGE) {
    const page = asks.slice(start, start + PAGE);
    const { lent, fault } = await askPage(parts, page, takeOver);
    resources.push(...lent.map(({ resource }) => resource));
    if (fault !== null) throw fault.error;
    if (lent.length < page.length) break;
  }
  return resources;
}

async function askPage(
  parts: HttpParts,
  asks: readonly Ask[],
  takeOver: (lent: readonly Lent[]) => Promise<void>,
): Promise<Asked> {
  const { loans } = parts.ledger;
  const intents = asks.map((ask) => ({ ...ask, owner: parts.newOwner() }));
  const isGood = startNote(parts.clock);
  await loans.intend(intents);
  const replies = await callEach(parts, intents, isGood);
  const lent = replies.filter((reply) => reply.kind === 'lent');
  const faults = replies.filter((reply) => reply.kind === 'fault');
  if (lent.length > 0) await takeOver(lent);
  // Where a reply was lost, its owner is all that tells of what it may have brought.
  const unsure = new Set(faults.filter(({ sent }) => sent).map(({ owner }) => owner));
  await loans.drop(intents.map(({ owner }) => owner).filter((owner) => !unsure.has(owner)));
  return { lent, fault: faults[0] ?? null };
}

type Reply =
  | ({ readonly kind: 'lent' } & Lent)
  | { readonly kind: 'nothing' }
  /** `sent`: it may have been lent. */
  | { readonly kind: 'fault'; readonly owner: string; readonly sent: boolean; readonly error: unknown };

/** Where one call for a type found nothing, or failed, the next would not do better. */
function callEach(
  parts: HttpParts,
  intents: readonly NewIntent[],
  isGood: () => boolean,
): Promise<readonly Reply[]> {
  const empty = new Set<string>();
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

/** @returns whether it is not too late yet, by either clock: of a process that is frozen one may stand still, too */
function startNote(clock: Clock): () => boolean {
  const notedAt = clock.now();
  const start = clock.monotonic();
  return () => Math.max(clock.now() - notedAt, clock.monotonic() - start) < NOTE_GOOD_MS;
}

const call = (
  { client }: HttpParts,
  { type, state, dest, owner, name }: NewIntent,
): Promise<LentResource | null> =>
  name === null
    ? client.acquire({ type, state, dest, owner })
    : client.acquireByState({ state, dest, owner, name });
