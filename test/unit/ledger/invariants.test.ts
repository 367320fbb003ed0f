import { describe, expect, test } from '@jest/globals';

import type { ResourceRecord, Work } from '../../../shared/ledger/records.ts';
import { NEW_WORK } from '../../../shared/ledger/transitions/work.ts';
import { physical, uuid, virtual } from '../../contract/ledger/world.ts';
import { checkInvariants } from '../../support/invariants.ts';
import { recordOf as record } from './recordOf.ts';

const types = [physical('project', 2), virtual('cluster', 1, { needs: { project: 1 } })];

const lease = { type: 'project', name: 'p', userData: {} };

/** A free cluster with its parked project, changed. */
function pair(cluster: Partial<ResourceRecord>, work: Partial<Work>, part: Partial<ResourceRecord> = {}) {
  const built = { ...NEW_WORK, builtBy: 'cluster-1', configHash: 'cluster-1', leases: [lease] };
  const userData = { leasedResources: '- p\n' };
  return [
    record({ name: 'c', type: 'cluster', userData, work: { ...built, ...work }, ...cluster }),
    record({ state: 'c', heldBy: 'c', ...part }),
  ];
}

const atWork = { state: 'cleaning', owner: 'mason:1' };
const inClean = { phase: 'clean', owner: 'mason:1', dueAt: 1 } as const;
const leased = { state: 'leased', owner: 'mason:1' };
const at = { at: 0, reason: 'no', keepUntil: 1, suspect: false };
const hold = { at: 0, until: 1, reason: '' };

describe('the invariants hold', () => {
  test.each([
    [
      'for a free resource, one in use and one in a state of the user’s own',
      [record({}), record({ owner: 'alice' }), record({ state: 'mine' })],
    ],
    ['for a free virtual resource with its parts', pair({}, {})],
    [
      'for one in use whose user has its parts',
      pair({ state: 'busy', owner: 'a' }, {}, { heldBy: null, owner: 'a' }),
    ],
    ['for a run with its leases', pair(atWork, inClean, leased)],
    [
      'for a dirty one whose parts are elsewhere',
      pair({ state: 'dirty' }, {}, { state: 'free', heldBy: null }),
    ],
    [
      'for one in quarantine',
      pair({ ...atWork, state: 'quarantined' }, { ...inClean, dueAt: null, quarantine: at }, leased),
    ],
    [
      'for those that a person holds: free ones, and one in quarantine',
      [
        record({ name: 'q', state: 'held', owner: 'mason-hold', hold }),
        ...pair(
          { ...atWork, state: 'quarantined', hold },
          { ...inClean, dueAt: null, quarantine: at },
          leased,
        ),
      ],
    ],
  ])('%s', (_, records) => {
    expect(checkInvariants(records, types)).toEqual([]);
  });
});

describe('the invariants are broken', () => {
  test.each([
    ['by a type that is not there', [record({ type: 'other' })], 'its type is not in the ledger'],
    ['by a holder that is not there', [record({ heldBy: 'x', state: 'x' })], 'held by x, which is not there'],
    [
      'by a holder that knows nothing of it',
      pair({ state: 'dirty' }, { leases: [] }),
      'which does not lease it',
    ],
    [
      'by a part that is held and free',
      pair({ state: 'dirty' }, {}, { state: 'free' }),
      'held by c, and free',
    ],
    [
      'by a free one whose part is gone',
      pair({}, {}, { heldBy: null, state: 'free' }),
      'lease p is held by nobody',
    ],
    ['by a run whose lease is parked', pair(atWork, inClean), 'lease p is not leased, but c'],
    ['by a run without its lease', pair(atWork, inClean, { heldBy: null, state: 'free' }), 'held by nobody'],
    ['by leases in fulfill', pair(atWork, { ...inClean, phase: 'fulfill' }, leased), 'it leases in fulfill'],
    [
      'by a free one with less than its needs',
      pair({ userData: {} }, { leases: [] }, { state: 'free', heldBy: null }),
      'leases nothing, and needs project',
    ],
    ['by a free one that was never built', pair({}, { builtBy: null }), 'free and was never built'],
    [
      'by user data that names another',
      pair({ userData: { leasedResources: '- q\n' } }, {}),
      'its user data names ["q"]',
    ],
    [
      'by work without an owner',
      pair({ ...atWork, owner: '' }, inClean, leased),
      'it is in clean, and owned by ""',
    ],
    [
      'by work that is never due',
      pair(atWork, { ...inClean, dueAt: null }, leased),
      'nobody will ever look at it',
    ],
    [
      'by work in another state',
      pair({ ...atWork, state: 'dirty' }, inClean, leased),
      'it is in clean, and dirty',
    ],
    [
      'by a queue outside fulfill',
      pair(atWork, { ...inClean, queue: { since: 1, patienceMs: 1 } }, leased),
      'waits for supply in clean',
    ],
    ['by rest that is due', pair({}, { dueAt: 1 }), 'it has no phase, and still dueAt'],
    [
      'by quarantine that is due',
      pair({ ...atWork, state: 'quarantined' }, { ...inClean, quarantine: at }, leased),
      'in quarantine, and at work',
    ],
    [
      'by quarantine that nobody sees',
      pair(atWork, { ...inClean, dueAt: null, quarantine: at }, leased),
      'in quarantine, and cleaning',
    ],
    [
      'by what is parked for one that does not hold it',
      [...pair({}, {}), record({ name: 'q', state: 'c' })],
      'parked for c, which does not hold it',
    ],
    [
      'by quarantine that never gives back its leases',
      pair(
        { ...atWork, state: 'quarantined' },
        { ...inClean, dueAt: null, quarantine: { ...at, keepUntil: null } },
        leased,
      ),
      'keeps its leases for ever',
    ],
    ['by what is held, and nobody knows until when', [record({ state: 'held' })], 'held, and by no hold'],
    [
      'by what a person holds and others can get',
      [record({ state: 'held', hold })],
      'a person holds it, and it is held',
    ],
    ['by what a person holds and is free', [record({ hold })], 'a person holds it, and it is free'],
    ['by what is parked for one that is gone', [record({ state: uuid(1) })], 'which is gone'],
  ])('%s', (_, records, fault) => {
    expect(checkInvariants(records, types).join('\n')).toContain(fault);
  });
});
