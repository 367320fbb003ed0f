import { STATE, type ResourceRecord } from '../../../shared/ledger/records.ts';
import { unrest } from '../../support/worldRules.ts';
import type { Instance } from '../core/instance.ts';
import { endHolds } from './holdSome.ts';
import type { OutsideMood } from './outside.ts';
import type { RanchWorld } from './ranchWorld.ts';

/** As many where each construct takes longer than a lease expiry: it may have to begin again. */
const MOST_SLOW_SWEEPS = 400;
/** Sweeps (a minute each) within which all must have come right: a resource that waits looks again after ten. */
const MOST_SWEEPS = 40;
const MINUTE_MS = 60_001;

/** Users go home, what broke is mended by people, nothing fails any more: then all comes right by itself. */
export async function healRanch(world: RanchWorld, { slowMs }: OutsideMood): Promise<readonly string[]> {
  const mostSweeps = slowMs > 0 ? MOST_SLOW_SWEEPS : MOST_SWEEPS;
  const { stage } = world;
  [world.configText] = world.configs;
  const instance = world.start();
  await stage.drain();
  await goHome(world, instance);
  await endHolds(world.house.ledger);
  await passLeaseExpiry(world);
  let lines = await sweep(world, instance);
  for (let sweeps = 1; sweeps < mostSweeps && lines.length > 0 && stage.violation === null; sweeps += 1) {
    await stage.advance(MINUTE_MS);
    lines = await sweep(world, instance);
  }
  return lines.length === 0 ? [] : [[`not at rest after ${mostSweeps} sweeps:`, ...lines].join('\n')];
}

/** What vanished users left is found only then. */
const passLeaseExpiry = ({ stage, house }: RanchWorld): Promise<void> => stage.advance(house.leaseExpiryMs);

async function goHome(world: RanchWorld, instance: Instance): Promise<void> {
  const { stage, truth } = world;
  for (const [name, { owner }] of truth.held) {
    // Who vanishes is found by the lease expiry.
    if (stage.dice.chance(0.5)) continue;
    instance.mason.users.release({ name, dest: 'dirty', owner }).catch(() => undefined);
    await stage.drain();
  }
  for (const record of (await world.records()).filter(isUsersOwn)) {
    const { users } = instance.mason;
    const { name, state } = record;
    users.acquireByState({ state, dest: 'busy', owner: 'person', names: [name] }).catch(() => undefined);
    await stage.drain();
    users.release({ name, dest: 'dirty', owner: 'person' }).catch(() => undefined);
    await stage.drain();
  }
}

/** In a state that only a person can end. */
const isUsersOwn = ({ owner, heldBy, work, state }: ResourceRecord): boolean =>
  owner === '' && heldBy === null && work?.phase == null && !SYSTEMS.includes(state);
const SYSTEMS: readonly string[] = [STATE.free, STATE.dirty, STATE.toBeDeleted, STATE.tombstone];

/** One minute's tick and all that follows from it at once. @returns what is not at rest */
async function sweep(world: RanchWorld, instance: Instance): Promise<readonly string[]> {
  const { stage, house } = world;
  for (const { name } of await house.ledger.views.records({ state: STATE.quarantined, limit: 100 }))
    await house.ledger.claims.retry(name, 0);
  world.tick();
  await deliverAll(world, instance);
  if (stage.violation !== null) return [];
  const [records, types] = [await world.records(), await world.types()];
  return unrest({ records, types });
}

/** What two that wake each other for ever would exceed. */
const MOST_DELIVERIES = 1_000;

async function deliverAll({ stage }: RanchWorld, instance: Instance): Promise<void> {
  for (let delivered = 0; delivered < MOST_DELIVERIES; delivered += 1) {
    const [letter] = stage.post.due;
    if (letter === undefined) return;
    stage.tell(`deliver ${letter.message.topic} ${letter.message.data}`);
    stage.post.deliver(letter, instance);
    await stage.drain();
  }
  stage.fail('the messages never come to rest');
}
