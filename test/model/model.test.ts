import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { check, EXIT, fetchTlc, type Checked } from './tlc.ts';

const folder = mkdtempSync(join(tmpdir(), 'mason-model-'));
afterAll(() => rm(folder, { recursive: true }));

const jar = fetchTlc(folder);
if (jar === null && /^(1|true)$/.test(process.env['CI'] ?? '')) throw new Error("Maven can't fetch TLC");
/** 45 s of CPU time in all, which a busy machine stretches. */
const LONG_MS = 300_000;
const ifFetched = jar === null ? test.skip : test;

const checked = async (config: string, change: Readonly<Record<string, string>> = {}): Promise<Checked> =>
  check(jar ?? '', await mkdtemp(join(folder, 'run-')), { config, change });

/** With all that TLC said, where it ended otherwise. */
function expectExit({ code, said }: Pick<Checked, 'code' | 'said'>, wanted: number): void {
  if (code !== wanted) throw new Error(`TLC ended with ${code}, not ${wanted}:\n${said.slice(-4_000)}`);
}

const WHOLE = [
  ['one virtual resource, its user, and another client', 'One.cfg'],
  ['two virtual resources that share what there is', 'Two.cfg'],
  ['in the end everything is free and nothing is lost', 'Live.cfg'],
] as const;

ifFetched.each(WHOLE)(
  'the protocol holds: %s',
  async (_, config) => {
    const { code, said, states } = await checked(config);
    process.stderr.write(`model ${config}: ${states} distinct states\n`);
    expectExit({ code, said }, EXIT.noError);
    expect(states).toBeGreaterThan(10_000);
  },
  LONG_MS,
);

/** Each mechanism that the model has a switch for: where its absence shows, and as what. */
const WEAKENED = [
  ['an owner for each lease', 'Two.cfg', { Nonces: 'FALSE', P: '{p1}' }, 'HeldByOne'],
  ['fencing tokens', 'Two.cfg', { Fences: 'FALSE', P: '{p1}' }, 'FreeIsWhole'],
  ['parking only one’s own leases', 'Two.cfg', { OwnLeasesOnly: 'FALSE', P: '{p1}' }, 'HeldByOne'],
  [
    'parking until it is told',
    'One.cfg',
    { SureOfParking: 'FALSE', Faults: '2', Uses: '0', Others: '0', P: '{p1}' },
    'FreeIsWhole',
  ],
  ['a look at the claim before parked ones are taken', 'Live.cfg', { ChecksClaim: 'FALSE', Uses: '0' }, null],
  ['patience with a sign of life while parking', 'Live.cfg', { ParkingSees: 'FALSE' }, null],
  ['the return of what came late to one that waits', 'Live.cfg', { StraysGoBack: 'FALSE' }, null],
] as const;

ifFetched.each(WEAKENED)(
  'the protocol does not hold without %s',
  async (_, config, change, invariant) => {
    const { code, said } = await checked(config, change);
    if (invariant === null) {
      expectExit({ code, said }, EXIT.propertyViolated);
      expect(said).toContain('Temporal properties were violated');
    } else {
      expectExit({ code, said }, EXIT.invariantViolated);
      expect(said).toContain(`Invariant ${invariant} is violated`);
    }
  },
  LONG_MS,
);
