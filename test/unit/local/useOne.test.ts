import { expect, test } from '@jest/globals';

import type { Overview } from '../../../shared/api/wire.ts';
import { DEFAULT_URL } from '../../../shared/cli/urlFlag.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { useOne } from '../../../shared/local/useOne.ts';
import { overview, pool, projects } from './fixtures.ts';

/** Of a ledger in which one member is free, with this user data. */
const commandOf = (seen: Overview, userData: ResourceRecord['userData'] = {}) =>
  useOne({ records: () => Promise.resolve([{ userData } as ResourceRecord]) }, seen, DEFAULT_URL);
const atRest = overview({ pools: [projects(), pool({ type: 'notes-service' })] });

test.each([
  [{ folder: '/a', url: 'http://b', leasedResources: '- p' }, 'MASON_DATA_URL'],
  [{ leasedResources: '- p', 'kube-config': 'x' }, 'MASON_DATA_KUBE_CONFIG'],
  [{}, 'MASON_RESOURCE_NAME'],
])('a free member with %j is used with what it has', async (userData, variable) => {
  expect(await commandOf(atRest, userData)).toBe(`npx mason run notes-service -- printenv ${variable}`);
});

test('a server that is not the default one is named', async () => {
  const views = { records: () => Promise.resolve([{ userData: {} } as ResourceRecord]) };
  expect(await useOne(views, atRest, 'http://127.0.0.1:9000')).toBe(
    'npx mason run notes-service --url http://127.0.0.1:9000 -- printenv MASON_RESOURCE_NAME',
  );
});

test.each([
  ['something is to be done', { ...atRest, verdict: { kind: 'working', reasons: ['x'] } }],
  ['there is no virtual type', overview({ pools: [projects()] })],
  ['all are in use', overview({ pools: [pool({ free: 0, inUse: 3 })] })],
  ['a shell would misread its name', overview({ pools: [pool({ type: '$(reboot)' })] })],
] as const)('nothing is said while %s', async (_, seen) => {
  expect(await commandOf(seen)).toBeNull();
});

test('nothing is said of one that is gone by now', async () => {
  expect(await useOne({ records: () => Promise.resolve([]) }, atRest, DEFAULT_URL)).toBeNull();
});
