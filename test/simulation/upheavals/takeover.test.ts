import { afterEach, describe, expect, test } from '@jest/globals';

import { LEASED_RESOURCES } from '../../../shared/ledger/records.ts';
import type { OriginalResource } from '../../support/originalBoskosRanch.ts';
import { simulate } from '../simulate.ts';
import { physical, virtual } from '../world/configs.ts';
import { both } from '../world/httpConfigs.ts';
import { partsOf } from '../world/serverUsers.ts';
import { Theatre } from '../schedules/theatre.ts';
import { GO_MASON } from './goMason.ts';
import { GoPast, takeover } from './takeover.ts';

test.each([1, 51])(
  'ours begins where a Go Mason has died: all holds and all comes right, 50 seeds from %i',
  async (first) => {
    for (let seed = first; seed < first + 50; seed += 1) {
      const { violation } = await simulate({ seed, boskos: 'http', steps: 80, upheaval: takeover });
      expect([seed, violation]).toEqual([seed, null]);
    }
  },
);

const PAIR = both([
  physical('project', ['project-1', 'project-2', 'project-3']),
  virtual('cluster', { members: ['cluster-1'], needs: { project: 2 } }),
]);
/** Calls of a whole round with two parts: take, two leases, two updates, three releases. */
const ROUND = 8;

let theatre: Theatre;
let isOpen = false;
afterEach(async () => {
  if (isOpen) await theatre.close();
  isOpen = false;
});

/** A Go Mason whose only round has got so far. */
function open(calls: number): GoPast {
  theatre = new Theatre(PAIR);
  isOpen = true;
  const past = new GoPast(theatre.world);
  past.begin('cluster');
  goOn(past, calls - 1);
  return past;
}

function goOn(past: GoPast, calls: number): void {
  for (let call = 0; call < calls; call += 1) past.rounds.slice(0, 1).forEach((round) => past.goOn(round));
}

const find = (name: string): OriginalResource => {
  const found = theatre.world.ranch.all().find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const isWhole = (): boolean =>
  find('cluster-1').state === 'free' &&
  partsOf(find('cluster-1')).every((part) => find(part).state === 'cluster-1');
const ofGo = (): string[] =>
  theatre.world.ranch
    .all()
    .filter(({ owner }) => owner === GO_MASON)
    .map(({ name }) => name);
const othersAreFree = (): boolean =>
  theatre.world.ranch
    .all()
    .every(
      ({ name, state, owner }) =>
        owner === '' && (state === 'free' || partsOf(find('cluster-1')).includes(name)),
    );
const use = (owner = 'alice'): void => {
  theatre.world.users.acquire('cluster', owner);
};

describe('it died in the middle of a round', () => {
  // Of what it was freeing the whole is free already, and no Mason's.
  test.each(Array.from({ length: ROUND - 3 }, (_, index) => index + 1))(
    'after call %i: the reaper makes dirty what it held, and ours builds it',
    async (calls) => {
      open(calls);
      expect(ofGo()).toContain('cluster-1');
      await theatre.until(() => isWhole() && othersAreFree());
      expect(find('cluster-1').userData['thing']).toMatch(/^home[/]/);
    },
  );

  test.each([ROUND - 2, ROUND - 1])(
    'after call %i, the whole free and a part not parked: who gets it gives it back dirty, and all comes right',
    async (calls) => {
      open(calls);
      theatre.world.users.meddledWith.add('cluster-1');
      await theatre.until(() => ofGo().length === 0);
      expect(isWhole()).toBe(false);
      use();
      theatre.world.users.giveBack(find('cluster-1'), 'dirty');
      await theatre.until(() => isWhole() && othersAreFree());
    },
  );

  test('in its recycle, half of what the last user had given back', async () => {
    const past = open(ROUND);
    use();
    theatre.world.users.giveBack(find('cluster-1'), 'dirty');
    past.begin('cluster');
    goOn(past, 2);
    expect(ofGo()).toHaveLength(2);
    await theatre.until(() => isWhole() && othersAreFree());
  });

  test('no reaper: nothing of it comes back until somebody resets it, by type and state', async () => {
    open(4);
    const held = ofGo();
    await theatre.minutes(90);
    expect(ofGo()).toEqual(held);
    const { ranch } = theatre.world;
    ranch.reset('cluster', 'cleaning', { dest: 'dirty', expireMs: 0 });
    ranch.reset('project', 'leased', { dest: 'dirty', expireMs: 0 });
    await theatre.minutes(20);
    expect(isWhole() && othersAreFree()).toBe(true);
  });
});

describe('what it had finished', () => {
  test('is as good as ours: free, it stays; with a user, it stays his, and is built anew when he gives it back', async () => {
    open(ROUND);
    const { thing } = find('cluster-1').userData;
    const told = find('cluster-1').userData[LEASED_RESOURCES];
    await theatre.minutes(40);
    expect(isWhole()).toBe(true);
    use();
    for (let minutes = 0; minutes < 90; minutes += 10) {
      theatre.world.ranch.update('cluster-1', { state: 'busy', owner: 'alice' }, {});
      theatre.world.reap(theatre.house.leaseExpiryMs);
      await theatre.minutes(10);
    }
    expect(find('cluster-1')).toMatchObject({
      owner: 'alice',
      userData: { thing, [LEASED_RESOURCES]: told },
    });
    theatre.world.users.giveBack(find('cluster-1'), 'dirty');
    await theatre.until(() => isWhole() && othersAreFree());
    expect(find('cluster-1').userData['thing']).toMatch(/^home[/]/);
  });
});

describe('a last call of it was under way, and comes when its leases have been reaped', () => {
  test('a release is refused', async () => {
    const past = open(5);
    await theatre.until(() => isWhole());
    const before = theatre.states();
    goOn(past, 3);
    expect(theatre.states()).toEqual(before);
  });

  test('an acquire holds one for as long as the server’s lease expiry', async () => {
    const past = open(2);
    await theatre.until(() => isWhole());
    goOn(past, 1);
    expect(ofGo()).toHaveLength(1);
    await theatre.until(othersAreFree);
  });

  test('it parks one for what is ours by now: that goes back with the whole', async () => {
    open(5);
    const { world } = theatre;
    const [part = '', other = ''] = ofGo().filter((name) => name !== 'cluster-1');
    world.ranch.reset('cluster', 'cleaning', { dest: 'dirty', expireMs: 0 });
    world.ranch.release(other, { dest: 'dirty', owner: GO_MASON });
    await theatre.minutes(15);
    expect(isWhole()).toBe(true);
    world.ranch.release(part, { dest: 'cluster-1', owner: GO_MASON });
    await theatre.minutes(5);
    expect(find(part)).toMatchObject({ state: 'cluster-1', owner: '' });
    use();
    world.users.giveBack(find('cluster-1'), 'dirty');
    await theatre.until(() => isWhole() && othersAreFree());
  });
});
