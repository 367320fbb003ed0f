import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';
import { configOf, physical } from '../support/worldConfig.ts';
import { mason } from '../unit/cli/mason.ts';

let folder = '';
let config = '';
beforeAll(async () => {
  process.env['FIRESTORE_EMULATOR_HOST'] = await sharedFirestore();
  folder = await mkdtemp(join(tmpdir(), 'mason-plan-'));
  config = join(folder, 'resources.yaml');
  const cluster = { type: 'cluster', state: 'dirty', 'min-count': 1, 'max-count': 1, needs: { project: 1 } };
  const built = { ...cluster, config: { type: 'Command', content: 'run: [make]' } };
  await writeFile(config, configOf(physical('project', 1), built));
});
afterAll(() => rm(folder, { recursive: true }));

const plan = (environment: Readonly<Record<string, string>>) =>
  mason(['plan', config, '--ledger', 'firestore'], {
    GOOGLE_CLOUD_PROJECT: `plan-${randomUUID()}`,
    ...environment,
  });

test('a plan on a deployed Mason’s ledger builds by Command only if that Mason may', async () => {
  const without = await plan({});
  expect(without).toMatchObject({ code: 0, err: expect.stringContaining('Command') });
  expect(without.out).toContain('It costs 0 builds');
  const on = await plan({ MASON_COMMANDS: 'on' });
  expect([on.code, on.err]).toEqual([0, '']);
  expect(on.out).toContain('It costs 1 build');
});
