import { STATE } from '../../../shared/ledger/records.ts';
import type { OriginalResource } from '../../support/originalBoskosRanch.ts';
import type { Instance } from '../core/instance.ts';
import type { House } from '../core/house.ts';
import { endHolds } from './holdSome.ts';
import type { OutsideMood } from './outside.ts';
import { LEASE_EXPIRY_MS, type HttpWorld } from './httpWorld.ts';
import { partsOf } from './serverUsers.ts';

/** As many where each construct takes longer than a lease expiry: it may have to begin again. */
const MOST_SLOW_SWEEPS = 400;
/** Sweeps (a minute each) within which all must have come right: a lease expiry, and the rests of two Masons. */
const MOST_SWEEPS = 50;
const MINUTE_MS = 60_001;

/** Users go home, the server's reaper is at work as it always is, nothing fails any more: then all comes right. */
export async function healHttp(world: HttpWorld, { slowMs }: OutsideMood): Promise<readonly string[]> {
  const mostSweeps = slowMs > 0 ? MOST_SLOW_SWEEPS : MOST_SWEEPS;
  const { stage } = world;
  [world.configText] = world.configs.texts;
  const desks = world.houses.map((house) => ({ house, instance: world.startIn(house) }));
  await stage.drain();
  goHome(world);
  for (const { ledger } of world.houses) await endHolds(ledger);
  let lines = await sweep(world, desks);
  for (let sweeps = 1; sweeps < mostSweeps && lines.length > 0 && stage.violation === null; sweeps += 1) {
    await stage.advance(MINUTE_MS);
    lines = await sweep(world, desks);
  }
  return lines.length === 0 ? [] : [[`not at rest after ${mostSweeps} sweeps:`, ...lines].join('\n')];
}

function goHome({ ranch, users }: HttpWorld): void {
  for (const resource of ranch.all()) {
    if (resource.owner !== '' && !resource.owner.startsWith('mason-')) users.giveBack(resource, STATE.dirty);
    else if (resource.owner === '' && ['mine', 'busy'].includes(resource.state)) {
      ranch.acquireByState(new Set([resource.name]), resource.state, { dest: STATE.busy, owner: 'person' });
      ranch.release(resource.name, { dest: STATE.dirty, owner: 'person' });
    }
  }
}

interface Desk {
  readonly house: House;
  readonly instance: Instance;
}

async function sweep(world: HttpWorld, desks: readonly Desk[]): Promise<readonly string[]> {
  const { ranch, stage } = world;
  await world.retryAll();
  world.reap(LEASE_EXPIRY_MS);
  ranch.tend();
  for (const { house } of desks) {
    world.tick(house, 'sync');
    world.tick(house, 'janitor');
  }
  await deliverAll(world, desks);
  if (stage.violation !== null) return [];
  const resources = ranch.all();
  return resources.flatMap((resource) => unrestOf(world, resource, resources));
}

/** What two that wake each other for ever would exceed. */
const MOST_DELIVERIES = 2_000;

async function deliverAll({ stage }: HttpWorld, desks: readonly Desk[]): Promise<void> {
  for (let delivered = 0; delivered < MOST_DELIVERIES; delivered += 1) {
    const [letter] = stage.post.due;
    if (letter === undefined) return;
    const desk = desks.find(({ house }) => house.name === letter.house);
    if (desk === undefined) throw new Error(`nobody reads the letters of ${letter.house}`);
    stage.tell(`deliver ${letter.message.topic} ${letter.message.data} to ${desk.instance.name}`);
    stage.post.deliver(letter, desk.instance);
    await stage.drain();
  }
  stage.fail('the messages never come to rest');
}

function unrestOf(
  world: HttpWorld,
  { name, state, owner, type }: OriginalResource,
  resources: readonly OriginalResource[],
): string[] {
  const whole = resources.find((resource) => resource.name === state);
  const isParked = owner === '' && whole !== undefined && partsOf(whole).includes(name);
  const isRest = owner === '' && (state === STATE.free || isParked);
  if (isRest || (whole !== undefined && world.isExempt(whole.name))) return [];
  return [`${type} ${name} is ${state} (${owner})`];
}
