import { expect, test } from '@jest/globals';

import type { ResourceRecord, Work } from '../../../shared/ledger/records.ts';
import { returnedBuilt } from '../../../shared/ledger/transitions/loans.ts';
import { recordOf, workOf } from './recordOf.ts';

const loan = { owner: 'o', state: 'free', kind: 'work', since: 0, dueAt: 0 } as const;
const builtBy = 'cluster-1';

test.each<[string, string | null, Partial<Work> | null, Partial<ResourceRecord>]>([
  ['was built and given back', builtBy, { builtBy }, {}],
  ['is still lent', null, { builtBy }, { loan }],
  ['is here', null, { builtBy }, { state: 'dirty' }],
  ['is worked on', null, { builtBy, phase: 'recycle' }, {}],
  ['was never built', null, {}, {}],
  ['was never worked on', null, null, {}],
])('of a member that %s the books tell the config %s', (_, config, work, change) => {
  const given = { state: 'returned', ...change };
  expect(returnedBuilt(work === null ? recordOf(given) : workOf(work, given))).toBe(config);
});
