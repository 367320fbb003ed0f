import { expect, test } from '@jest/globals';

import type { Intent } from '../../../shared/ledger/port.ts';
import { adopt } from '../../../shared/ledger/transitions/adopt.ts';
import { decideClaim } from '../../../shared/ledger/transitions/claim.ts';
import { release } from '../../../shared/ledger/transitions/users.ts';
import { recordOf, workOf } from './recordOf.ts';

/** No sync leaves a record without the config of its type; a ledger that was restored in part may have one. */
const now = { at: 1_000, rand: 0.5 };

test('what has no config of its type is not claimed, and stays as it is', () => {
  const record = workOf({ phase: 'recycle', cycle: 1 });
  const order = { name: 'c', task: 'recycle', cycle: 1, holdMs: 1, graceMs: 1 } as const;
  expect(decideClaim({ record, spec: null, constructing: () => 0 }, order, now)).toEqual({
    kind: 'refuse',
    reason: 'unconfigured',
    record: null,
  });
});

test.each([
  ['dirty', false],
  ['toBeDeleted', true],
])('what was lent %s is adopted though its type has no config', (state, doomed) => {
  const intent: Intent = {
    ...{ owner: 'o', type: 'cluster', state, dest: 'cleaning', name: null, kind: 'work' },
    ...{ task: 'recycle', reason: state, at: 0 },
  };
  const resource = { name: 'c', type: 'cluster', state: 'cleaning', userData: {}, expiration: null };
  const sight = { intent, resource, record: null, past: null, leased: [], spec: null };
  const { puts } = adopt(sight, { graceMs: 1, keepMs: 1 }, now);
  expect(puts).toMatchObject([
    { name: 'c', state: 'cleaning', owner: 'o', work: { phase: 'recycle', doomed } },
  ]);
});

test('what a user gives back of a type without a config is given back, and has no lifespan', () => {
  const record = recordOf({ state: 'busy', owner: 'alice' });
  const sight = { record, spec: null, leased: [], named: null, isPast: false };
  expect(release(sight, 'dirty', now)).toMatchObject({ state: 'dirty', owner: '', expiration: null });
});
