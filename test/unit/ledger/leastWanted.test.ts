import { expect, test } from '@jest/globals';

import { PHASES } from '../../../shared/ledger/records.ts';
import { leastWanted } from '../../../shared/ledger/transitions/pool.ts';
import { recordOf, workOf } from './recordOf.ts';

test('what has cost least goes first: the undone, the broken, each phase after the one before it, the free last', () => {
  const order = [
    recordOf({ name: 'dirty', state: 'dirty', lastUpdate: 1 }),
    recordOf({ name: 'toBeDeleted', state: 'toBeDeleted', lastUpdate: 2 }),
    workOf({ phase: 'free' }, { name: 'quarantined', state: 'quarantined' }),
    ...PHASES.map((phase) => workOf({ phase }, { name: phase, state: 'cleaning' })),
    recordOf({ name: 'odd', state: 'odd' }),
    recordOf({ name: 'free for long', state: 'free', lastUpdate: 1 }),
    recordOf({ name: 'free of late', state: 'free', lastUpdate: 2 }),
  ];
  const names = order.map(({ name }) => name);
  expect(leastWanted([...order].reverse()).map(({ name }) => name)).toEqual(names);
  expect(leastWanted(order).map(({ name }) => name)).toEqual(names);
});
