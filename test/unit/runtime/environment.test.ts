import { describe, expect, test } from '@jest/globals';

import { MasonError } from '../../../shared/errors.ts';
import { readEnvironment } from '../../../shared/runtime/environment.ts';

const LEAST = { MASON_CONFIG: '/etc/mason/resources.yaml', MASON_LEDGER: ':memory:' };

function faultsOf(variables: Readonly<Record<string, string>>): string[] {
  try {
    readEnvironment(variables);
  } catch (error) {
    if (!(error instanceof MasonError) || error.code !== 'ENVIRONMENT_INVALID') throw error;
    const [, faults = ''] = error.message.split('the environment is not set right: ');
    return faults.split('; MASON_').map((fault, index) => (index === 0 ? fault : `MASON_${fault}`));
  }
  throw new Error('it was read');
}

describe('the environment of a function', () => {
  test('needs a config and a ledger; all else has a default', () => {
    expect(readEnvironment(LEAST)).toEqual({
      MASON_CONFIG: '/etc/mason/resources.yaml',
      MASON_LEDGER: ':memory:',
      MASON_INSTALLATION: 'mason',
      MASON_MASONABLES: [],
      MASON_COMMANDS: 'off',
      MASON_LEASE_EXPIRY_MS: 1_800_000,
      MASON_REQUEST_TTL_MS: 30_000,
    });
  });

  test('may set everything, and hold what is nothing to us', () => {
    const environment = readEnvironment({
      ...LEAST,
      MASON_INSTALLATION: 'team-1',
      MASON_MASONABLES: './gke.js, @team/vm ,,',
      MASON_COMMANDS: 'on',
      MASON_LEASE_EXPIRY_MS: '60000',
      MASON_REQUEST_TTL_MS: '1000',
      PATH: '/usr/bin',
    });
    expect(environment).toEqual({
      ...LEAST,
      MASON_INSTALLATION: 'team-1',
      MASON_MASONABLES: ['./gke.js', '@team/vm'],
      MASON_COMMANDS: 'on',
      MASON_LEASE_EXPIRY_MS: 60_000,
      MASON_REQUEST_TTL_MS: 1_000,
    });
  });

  test('takes an empty variable for one that is not set', () => {
    const empty = {
      MASON_INSTALLATION: '',
      MASON_MASONABLES: '',
      MASON_COMMANDS: '',
      MASON_LEASE_EXPIRY_MS: '',
      MASON_REQUEST_TTL_MS: '',
    };
    expect(readEnvironment({ ...LEAST, ...empty })).toEqual(readEnvironment(LEAST));
    expect(faultsOf({ ...LEAST, MASON_CONFIG: '' })).toEqual([
      "MASON_CONFIG is not set (path of the config file, in Boskos's form)",
    ]);
  });

  test('is told of every fault at once, with what the variable is for', () => {
    expect(faultsOf({ MASON_COMMANDS: 'yes', MASON_LEASE_EXPIRY_MS: '30m' })).toEqual([
      "MASON_CONFIG is not set (path of the config file, in Boskos's form)",
      'MASON_LEDGER is not set (path of the SQLite ledger, or :memory:)',
      'MASON_COMMANDS takes on or off (whether Command may be used; on: whoever writes the config can run programs here)',
      'MASON_LEASE_EXPIRY_MS takes a whole number of milliseconds, 1000 at least (how long a user may hold a resource without a sign of life)',
    ]);
  });

  test.each(['999', '0', '-1000', '1e6', '0x1000', '1000.5', ' 1000', 'Infinity', '1_000', '9'.repeat(16)])(
    'refuses %j as a number of milliseconds',
    (value) => {
      expect(faultsOf({ ...LEAST, MASON_REQUEST_TTL_MS: value })).toHaveLength(1);
    },
  );

  test.each(['Mason', 'a b', 'a:b', 'a/b', 'x'.repeat(41), 'ä'])('refuses %j as an installation', (value) => {
    expect(faultsOf({ ...LEAST, MASON_INSTALLATION: value })).toEqual([
      'MASON_INSTALLATION takes 1 to 40 of a-z, 0-9 and - (names this Mason in the owners of its leases)',
    ]);
  });
});
