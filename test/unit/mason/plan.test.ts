import { describe, expect, test } from '@jest/globals';

import { remember } from '../../../shared/mason/drySpells.ts';
import { planGrants, type Plan } from '../../../shared/mason/plan.ts';
import { free, Line, MINUTE, request, waiter } from './planLine.ts';

const WAIT = { kind: 'wait' };
const grant = (...resources: string[]) => ({ kind: 'grant', resources });

function planOf(supply: Readonly<Record<string, number>>, at = 0): Plan {
  const resources = Object.fromEntries(
    Object.entries(supply).map(([type, count]) => [type, free(type, count)]),
  );
  return planGrants({ at, free: resources, memory: remember({}, { free: resources, oldestSince: 0 }) });
}

describe('a waiter', () => {
  test('is granted all that it needs, the longest unchanged first', () => {
    const plan = planOf({ port: 3, disk: 2 });
    expect(plan.offer(waiter('a', { port: 2, disk: 1 }))).toEqual(grant('port-1', 'port-2', 'disk-1'));
    expect(plan.offer(waiter('b', { port: 1, disk: 1 }))).toEqual(grant('port-3', 'disk-2'));
  });

  test('is granted nothing while a part is missing', () => {
    expect(planOf({ port: 2 }).offer(waiter('a', { port: 2, disk: 1 }))).toEqual(WAIT);
    expect(planOf({ port: 1, disk: 1 }).offer(waiter('a', { port: 2, disk: 1 }))).toEqual(WAIT);
  });

  test('reserves what there is for it: nobody behind it takes that away piece by piece', () => {
    const plan = planOf({ port: 2, disk: 0 });
    plan.offer(waiter('first', { port: 2, disk: 1 }));
    expect(plan.offer(waiter('second', { port: 1 }))).toEqual(WAIT);
    expect(plan.left('port')).toBe(0);
  });

  test('reserves no more than it needs', () => {
    const plan = planOf({ port: 3, disk: 0 });
    plan.offer(waiter('first', { port: 2, disk: 1 }));
    expect(plan.offer(waiter('second', { port: 1 }))).toEqual(grant('port-3'));
  });

  test('stops nobody who needs other types', () => {
    const plan = planOf({ port: 0, disk: 1 });
    plan.offer(waiter('first', { port: 2 }));
    expect(plan.offer(waiter('second', { disk: 1 }))).toEqual(grant('disk-1'));
  });

  test('that needs nothing is granted nothing, at once', () => {
    expect(planOf({ port: 0 }).offer(waiter('a', {}))).toEqual(grant());
  });

  test('of a type that is leased from nobody here waits', () => {
    const plan = planOf({ port: 1 });
    expect(plan.offer(waiter('a', { unheardOf: 1 }))).toEqual(WAIT);
    expect(plan.isLacked('unheardOf')).toBe(true);
  });
});

describe('a user’s request', () => {
  test('is granted only inside its own call', () => {
    expect(planOf({ port: 1 }).offer(request('r', 'port'))).toEqual(WAIT);
  });

  test('reserves: who began to wait later does not get its resource', () => {
    const plan = planOf({ port: 1 });
    plan.offer(request('r', 'port'));
    expect(plan.offer(waiter('later', { port: 1 }))).toEqual(WAIT);
  });

  test('reserves for as long as it polls', () => {
    const plan = planOf({ port: 1 }, 100 * MINUTE);
    plan.offer(request('r', 'port'));
    expect(plan.offer(waiter('later', { port: 1 }))).toEqual(WAIT);
  });
});

describe('what is left', () => {
  test('is told after each offer', () => {
    const plan = planOf({ port: 3, disk: 1 });
    expect(plan.suffices({ port: 3, disk: 1 })).toBe(true);
    plan.offer(waiter('a', { port: 2 }));
    expect(plan.left('port')).toBe(1);
    expect(plan.suffices({ port: 2 })).toBe(false);
    expect(plan.suffices({ port: 1, disk: 1 })).toBe(true);
    expect(plan.isLacked('port')).toBe(false);
    plan.offer(waiter('b', { port: 2, disk: 1 }));
    expect(plan.isLacked('port')).toBe(true);
    expect(plan.isLacked('disk')).toBe(false);
  });
});

describe('the reservations of a waiter', () => {
  test('lapse when a type that it lacks has been dry for longer than its patience', () => {
    const line = new Line(['port', 'disk']);
    line.yield('port');
    line.join('needs both', { port: 1, disk: 1 });
    line.join('needs a port', { port: 1 });
    line.goTo(MINUTE);
    expect(line.granted).toEqual([]);
    line.goTo(2 * MINUTE);
    expect(line.grantOf('needs a port')).toMatchObject({ at: 2 * MINUTE });
  });

  test('lapse after the patience of its own type', () => {
    const line = new Line(['port', 'disk']);
    line.yield('port');
    line.join('needs both', { port: 1, disk: 1 }, { patienceMs: 10 * MINUTE });
    line.join('needs a port', { port: 1 });
    line.goTo(60 * MINUTE);
    expect(line.grantOf('needs a port')).toMatchObject({ at: 11 * MINUTE });
  });

  test('lapse, too, when what has been dry is the type that is reserved: half a need keeps nothing idle', () => {
    const line = new Line(['port']);
    line.yield('port', 2);
    line.join('needs three', { port: 3 });
    line.join('needs one', { port: 1 });
    line.goTo(3 * MINUTE);
    expect(line.grantOf('needs one')).toMatchObject({ at: 2 * MINUTE });
  });

  test('hold while every type that it lacks yields, however long that takes', () => {
    const line = new Line(['port', 'disk']);
    line.yield('port');
    line.join('needs both', { port: 1, disk: 100 });
    line.join('needs a port', { port: 1 });
    for (let minute = 1; minute < 100; minute += 1) {
      line.yield('disk');
      line.goTo(minute * MINUTE);
    }
    expect(line.granted).toEqual([]);
    line.yield('disk');
    expect(line.grantOf('needs both')).toMatchObject({ at: 99 * MINUTE });
  });

  test('are not kept from lapsing by what is free of the dry type, too little as it is', () => {
    const line = new Line(['port', 'disk']);
    line.yield('port');
    line.yield('disk', 2);
    line.join('needs both', { port: 1, disk: 3 });
    line.join('needs a port', { port: 1 });
    line.goTo(2 * MINUTE);
    expect(line.grantOf('needs a port')).toMatchObject({ at: 2 * MINUTE });
  });

  test('are not kept from lapsing by yields of another type', () => {
    const line = new Line(['port', 'disk', 'host']);
    line.yield('port');
    line.join('needs all', { port: 1, disk: 1, host: 9 });
    line.join('needs a port', { port: 1 });
    for (let minute = 1; minute <= 2; minute += 1) {
      line.yield('host');
      line.goTo(minute * MINUTE);
    }
    expect(line.grantOf('needs a port')).toMatchObject({ at: 2 * MINUTE });
  });

  test('revive when the dry type yields', () => {
    const line = new Line(['port', 'disk']);
    line.join('needs both', { port: 1, disk: 2 });
    line.goTo(5 * MINUTE);
    line.yield('disk');
    line.yield('port');
    line.join('needs a port', { port: 1 });
    line.goTo(9 * MINUTE);
    expect(line.granted).toEqual([]);
  });

  test('then hold twice as long as the dry spell did that it waited through', () => {
    const line = new Line(['port', 'disk']);
    line.join('needs both', { port: 1, disk: 2 });
    line.goTo(5 * MINUTE);
    line.yield('disk');
    line.yield('port');
    line.join('needs a port', { port: 1 });
    line.goTo(15 * MINUTE);
    expect(line.granted).toEqual([]);
    line.goTo(16 * MINUTE);
    expect(line.grantOf('needs a port')).toMatchObject({ at: 16 * MINUTE });
  });

  test('hold no longer for dry spells that were over when it began to wait', () => {
    const line = new Line(['port', 'disk']);
    line.join('older', { disk: 2 });
    line.goTo(60 * MINUTE);
    line.yield('disk');
    line.goTo(60.5 * MINUTE);
    line.yield('port');
    line.join('needs both', { port: 1, disk: 1 });
    line.join('needs a port', { port: 1 });
    line.goTo(70 * MINUTE);
    expect(line.grantOf('needs a port')).toMatchObject({ at: 62 * MINUTE });
  });

  test('hold for everybody when nothing is known of how the types yield', () => {
    const resources = { port: free('port', 1), disk: [] };
    const plan = planGrants({ at: 1000 * MINUTE, free: resources, memory: null });
    plan.offer(waiter('needs both', { port: 1, disk: 1 }));
    expect(plan.offer(waiter('needs a port', { port: 1 }))).toEqual(WAIT);
  });
});

test('two types that yield in turn, each consumed by those who need only that, never starve the oldest', () => {
  const line = new Line(['port', 'disk']);
  line.join('oldest', { port: 1, disk: 1 });
  for (let index = 0; index < 200; index += 1) {
    line.join(`port ${index}`, { port: 1 });
    line.join(`disk ${index}`, { disk: 1 });
  }
  for (let minute = 10; line.grantOf('oldest') === undefined && minute < 1000; minute += 10) {
    line.goTo(minute * MINUTE);
    line.yield('port');
    line.goTo((minute + 5) * MINUTE);
    line.yield('disk');
  }
  expect(line.grantOf('oldest')?.at).toBeLessThanOrEqual(40 * MINUTE);
});
