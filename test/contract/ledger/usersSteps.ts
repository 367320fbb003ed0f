import type { Acquired, AcquireRequest } from '../../../shared/ledger/port.ts';
import type { World } from './world.ts';

export const TTL_MS = 30_000;

/** A user asks for a resource. By default alice for a free one, busy, without a place in the queue. */
export function ask(world: World, type: string, change: Partial<AcquireRequest> = {}): Promise<Acquired> {
  return world.ledger.users.acquire({
    type,
    state: 'free',
    dest: 'busy',
    owner: 'alice',
    requestId: '',
    requestTtlMs: TTL_MS,
    newName: world.order().newName,
    ahead: null,
    ...change,
  });
}

/** What a request was given; else the kind of its refusal. */
export async function asked(
  world: World,
  type: string,
  change: Partial<AcquireRequest> = {},
): Promise<string> {
  const answer = await ask(world, type, change);
  return answer.kind === 'acquired' ? answer.resource.name : answer.kind;
}

/** Alice takes this one. */
export async function acquireOf(
  world: World,
  type: string,
  { name, dest = 'busy' }: { name: string; dest?: string },
): Promise<void> {
  const { state } = await world.record(name);
  const taken = await world.ledger.users.acquireByState({ state, dest, owner: 'alice', names: [name] });
  if (taken === null) throw new Error(`${type} ${name} could not be acquired`);
}

/** Alice gives it back. */
export async function releaseOf(world: World, name: string, dest: string): Promise<void> {
  const touched = await world.ledger.users.release({ name, dest, owner: 'alice' });
  if (touched.kind !== 'done') throw new Error(`${name} could not be released: ${touched.kind}`);
}
