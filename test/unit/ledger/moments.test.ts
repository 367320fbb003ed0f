import { expect, test } from '@jest/globals';

import type { Work } from '../../../shared/ledger/records.ts';
import { decideClaim } from '../../../shared/ledger/transitions/claim.ts';
import { dueAtOnce } from '../../../shared/ledger/transitions/config.ts';
import { endDueHold } from '../../../shared/ledger/transitions/holds.ts';
import { putOffLoan } from '../../../shared/ledger/transitions/loans.ts';
import { orderRefusal } from '../../../shared/ledger/transitions/order.ts';
import { isClaimed } from '../../../shared/ledger/transitions/work.ts';
import { virtual } from '../../contract/ledger/world.ts';
import { recordOf, workOf } from './recordOf.ts';

/** No ledger can be asked at one exact millisecond, but two clocks that agree would meet there: `dueAt` is the claim's end. */
const AT = 1_000_000;
const now = { at: AT, rand: 0.5 };
const spec = virtual('cluster', 1);

const claimAs = (work: Partial<Work>): string => {
  const record = workOf({ phase: 'recycle', cycle: 1, ...work });
  const order = { name: 'c', task: 'recycle', cycle: 1, holdMs: 1, graceMs: 1 } as const;
  const decision = decideClaim({ record, spec, constructing: () => 0 }, order, now);
  return decision.kind === 'refuse' ? decision.reason : decision.kind;
};

test('a claim is over at its expiry, when sync finds the record due', () => {
  expect(claimAs({ claimedUntil: AT })).toBe('claim');
  expect(claimAs({ claimedUntil: AT + 1 })).toBe('claimed');
  expect(isClaimed(workOf({ claimedUntil: AT }), AT)).toBe(false);
  expect(isClaimed(workOf({ claimedUntil: AT + 1 }), AT)).toBe(true);
});

test('a backoff is over when the next attempt is due', () => {
  expect(claimAs({ notBefore: AT })).toBe('claim');
  expect(claimAs({ notBefore: AT + 1 })).toBe('early');
});

test('an order holds that was given as the resource became what it is, and none from before', () => {
  const dirty = (lastUpdate: number) => recordOf({ type: 'cluster', state: 'dirty', lastUpdate });
  expect(orderRefusal(dirty(AT), spec, AT)).toBeNull();
  expect(orderRefusal(dirty(AT + 1), spec, AT)).toBe('stale');
});

test('a hold is over at its end, and not before', () => {
  const held = (until: number) =>
    endDueHold(
      {
        record: recordOf({ state: 'held', owner: 'mason-hold', hold: { at: 0, until, reason: '' } }),
        spec: null,
        leased: [],
      },
      now,
    );
  expect(held(AT)?.puts[0]).toMatchObject({ state: 'free', owner: '', hold: null });
  expect(held(AT + 1)).toBeNull();
});

test('what is kept in quarantine goes back when its time is over, and stays if only the hold of it ended', () => {
  const lease = { type: 'project', name: 'p', userData: {} };
  const quarantined = (keepUntil: number) =>
    endDueHold(
      {
        record: workOf(
          {
            phase: 'clean',
            leases: [lease],
            quarantine: { at: 0, reason: 'no', keepUntil, suspect: false },
          },
          { state: 'quarantined', hold: { at: 0, until: AT, reason: '' } },
        ),
        spec,
        leased: [recordOf({ state: 'leased', heldBy: 'c' })],
      },
      now,
    );
  expect(quarantined(AT)?.returned).toEqual(['p']);
  expect(quarantined(AT + 1)).toMatchObject({ returned: [], puts: [{ hold: null }] });
});

test('a loan is due when its time has come', () => {
  const lent = (dueAt: number) =>
    putOffLoan(
      recordOf({ loan: { owner: 'o', state: 'leased', kind: 'stock', since: 0, dueAt } }),
      { keepMs: 10, tellMs: 1 },
      now,
    );
  expect(lent(AT)?.loan?.dueAt).toBe(AT + 10);
  expect(lent(AT + 1)).toBeNull();
});

test('only one that waits, is not due yet and is in no run becomes due at once by a new config', () => {
  const queue = { since: 0, patienceMs: 1 };
  const waiting = { phase: 'fulfill', queue, dueAt: AT + 1 } as const;
  expect(dueAtOnce(workOf(waiting), now)?.work.dueAt).toBe(AT);
  expect(dueAtOnce(workOf({ ...waiting, dueAt: AT }), now)).toBeNull();
  expect(dueAtOnce(workOf({ ...waiting, dueAt: null }), now)?.work.dueAt).toBe(AT);
  expect(dueAtOnce(workOf({ ...waiting, queue: null }), now)).toBeNull();
  expect(dueAtOnce(workOf({ ...waiting, claimedUntil: AT + 1 }), now)).toBeNull();
  expect(dueAtOnce(recordOf(), now)).toBeNull();
});
