import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';

import { MasonError } from '../../../shared/errors.ts';
import {
  boskosPlaceOf,
  environmentSchema,
  readEnvironment,
  tracesUrlOf,
} from '../../../shared/runtime/environment.ts';

const LEAST = { MASON_CONFIG: '/etc/mason/resources.yaml', MASON_LEDGER: ':memory:' };
const CHOSEN = {
  MASON_CONFIG: { kind: 'file', path: '/etc/mason/resources.yaml' },
  MASON_LEDGER: { kind: 'sqlite', path: ':memory:' },
  MASON_TOPICS: { kind: 'local' },
};
const meaningOf = (name: keyof typeof environmentSchema.shape): string =>
  environmentSchema.shape[name].description ?? '';

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
      ...CHOSEN,
      MASON_INSTALLATION: 'mason',
      MASON_MASONABLES: [],
      MASON_COMMANDS: 'off',
      MASON_LEASE_EXPIRY_MS: 1_800_000,
      MASON_REAP_STATES: ['busy', 'cleaning', 'leased'],
      MASON_REQUEST_TTL_MS: 30_000,
      MASON_AUTH: 'iam',
      MASON_BASIC_USER: 'mason',
      MASON_CONSOLE_ACTIONS: 'off',
      MASON_CONSOLE_USER_DATA: 'off',
      MASON_BOSKOS_USER: 'mason',
      OTEL_SERVICE_NAME: 'mason',
    });
  });

  test('may set everything, and hold what is nothing to us', () => {
    const environment = readEnvironment({
      ...LEAST,
      MASON_INSTALLATION: 'team-1',
      MASON_MASONABLES: './gke.js, @team/vm ,,',
      MASON_COMMANDS: 'on',
      MASON_CONSOLE_ACTIONS: 'on',
      MASON_CONSOLE_USER_DATA: 'on',
      MASON_LEASE_EXPIRY_MS: '60000',
      MASON_REAP_STATES: 'busy, testing',
      MASON_REQUEST_TTL_MS: '1000',
      MASON_OWNER_PATTERN: '{local}',
      MASON_RESET_CALLERS: 'a@b.example, C@b.example',
      PATH: '/usr/bin',
    });
    expect(environment).toEqual({
      ...CHOSEN,
      OTEL_SERVICE_NAME: 'mason',
      MASON_AUTH: 'iam',
      MASON_BASIC_USER: 'mason',
      MASON_BOSKOS_USER: 'mason',
      MASON_OWNER_PATTERN: [{ email: null, pattern: '{local}' }],
      MASON_RESET_CALLERS: ['a@b.example', 'c@b.example'],
      MASON_INSTALLATION: 'team-1',
      MASON_MASONABLES: ['./gke.js', '@team/vm'],
      MASON_COMMANDS: 'on',
      MASON_CONSOLE_ACTIONS: 'on',
      MASON_CONSOLE_USER_DATA: 'on',
      MASON_LEASE_EXPIRY_MS: 60_000,
      MASON_REAP_STATES: ['busy', 'testing'],
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
      `MASON_CONFIG is not set (${meaningOf('MASON_CONFIG')})`,
    ]);
  });

  test('is told of every fault at once, with what the variable is for', () => {
    expect(faultsOf({ MASON_COMMANDS: 'yes', MASON_LEASE_EXPIRY_MS: '30m' })).toEqual([
      `MASON_CONFIG is not set (${meaningOf('MASON_CONFIG')})`,
      `MASON_LEDGER is not set (${meaningOf('MASON_LEDGER')})`,
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

  test.each(['free', 'busy,dirty', 'held', Array.from({ length: 31 }, (_, n) => `s${n}`).join()])(
    'refuses %j as states that a vanished user leaves',
    (value) => {
      expect(faultsOf({ ...LEAST, MASON_REAP_STATES: value })).toEqual([
        `MASON_REAP_STATES takes at most 30 states in which somebody uses a resource, such as busy (${meaningOf('MASON_REAP_STATES')})`,
      ]);
    },
  );

  test.each(['Mason', 'a b', 'a:b', 'a/b', 'x'.repeat(41), 'ä'])('refuses %j as an installation', (value) => {
    expect(faultsOf({ ...LEAST, MASON_INSTALLATION: value })).toEqual([
      'MASON_INSTALLATION takes 1 to 40 of a-z, 0-9 and - (names this Mason in the owners of its leases)',
    ]);
  });
});

describe('MASON_BOSKOS_URL', () => {
  const url = 'https://boskos.example';
  const file = '/secrets/password';

  test.each([
    [{}, null],
    [{ MASON_BOSKOS_URL: url }, { url, auth: { kind: 'none' } }],
    [
      { MASON_BOSKOS_URL: url, MASON_BOSKOS_AUTH: 'id-token' },
      { url, auth: { kind: 'idToken' } },
    ],
    [
      { MASON_BOSKOS_URL: url, MASON_BOSKOS_AUTH: 'basic', MASON_BOSKOS_PASSWORD_FILE: file },
      { url, auth: { kind: 'basic', user: 'mason', passwordFile: file } },
    ],
  ])('%j', (variables: Readonly<Record<string, string>>, place) => {
    expect(boskosPlaceOf(readEnvironment({ ...LEAST, ...variables }))).toEqual(place);
  });

  test.each([
    [{ MASON_BOSKOS_AUTH: 'none' }, 'MASON_BOSKOS_AUTH goes with MASON_BOSKOS_URL'],
    [{ MASON_BOSKOS_URL: url, MASON_BOSKOS_AUTH: 'basic' }, 'MASON_BOSKOS_PASSWORD_FILE is not set'],
    [
      { MASON_BOSKOS_URL: url, MASON_BOSKOS_PASSWORD_FILE: file },
      'MASON_BOSKOS_PASSWORD_FILE goes with MASON_BOSKOS_AUTH=basic',
    ],
    [{ MASON_BOSKOS_URL: 'boskos' }, 'MASON_BOSKOS_URL takes an http:// or https:// URL'],
    [{ MASON_BOSKOS_URL: url, MASON_BOSKOS_USER: 'a:b' }, 'MASON_BOSKOS_USER takes a name without a colon'],
  ])('%j is refused', (variables: Readonly<Record<string, string>>, fault) => {
    expect(faultsOf({ ...LEAST, ...variables })).toEqual([expect.stringContaining(fault)]);
  });
});

describe('MASON_CONFIG names by its form', () => {
  const configOf = (value: string) => readEnvironment({ ...LEAST, MASON_CONFIG: value }).MASON_CONFIG;

  test.each([
    ['resources.yaml', { kind: 'file', path: 'resources.yaml' }],
    ['/a/b: c.yaml', { kind: 'file', path: '/a/b: c.yaml' }],
    ['C:\\mason\\a.yaml', { kind: 'file', path: 'C:\\mason\\a.yaml' }],
    ['https://a.example/b?token=1', { kind: 'https', url: 'https://a.example/b?token=1' }],
    ['http://127.0.0.1:80/b', { kind: 'https', url: 'http://127.0.0.1/b' }],
    ['http://localhost:8080/b', { kind: 'https', url: 'http://localhost:8080/b' }],
    ['http://[::1]/b', { kind: 'https', url: 'http://[::1]/b' }],
    ['gs://team-configs/a/b c.yaml', { kind: 'storage', bucket: 'team-configs', object: 'a/b c.yaml' }],
    ['firestore:mason/config', { kind: 'firestore', document: 'mason/config' }],
    ['firestore:a/b/c/d', { kind: 'firestore', document: 'a/b/c/d' }],
  ])('%s', (value, location) => {
    expect(configOf(value)).toEqual(location);
  });

  test.each([
    ['http://a.example/b', /^MASON_CONFIG takes https:\/\/ only/],
    ['http://127.0.0.1.example/b', /takes https:\/\/ only/],
    ['https://', /is no URL/],
    ['https://user:sesame@a.example/', /takes no user and password/],
    ['gs://bucket', /takes gs:\/\/BUCKET\/OBJECT/],
    ['gs://Bucket/a', /takes gs:\/\/BUCKET\/OBJECT/],
    ['firestore:mason', /takes firestore:COLLECTION\/DOCUMENT/],
    ['firestore:mason//x/y', /takes firestore:COLLECTION\/DOCUMENT/],
    ['s3://bucket/a', /takes no s3:\/\//],
  ])('and refuses %s', (value, why) => {
    const faults = faultsOf({ ...LEAST, MASON_CONFIG: value });
    expect(faults).toEqual([expect.stringMatching(why)]);
    expect(faults.join()).not.toContain('sesame');
  });
});

describe('ledger and topics are chosen by', () => {
  test.each([
    ['/data/ledger.db', { kind: 'sqlite', path: '/data/ledger.db' }],
    ['./firestore', { kind: 'sqlite', path: './firestore' }],
    ['firestore', { kind: 'firestore', databaseId: null }],
    ['firestore:team-1', { kind: 'firestore', databaseId: 'team-1' }],
  ])('MASON_LEDGER=%s', (value, choice) => {
    expect(readEnvironment({ ...LEAST, MASON_LEDGER: value }).MASON_LEDGER).toEqual(choice);
  });

  test.each([
    ['local', { kind: 'local' }],
    ['pubsub', { kind: 'pubsub', prefix: 'mason-' }],
    ['pubsub:team.1-', { kind: 'pubsub', prefix: 'team.1-' }],
  ])('MASON_TOPICS=%s', (value, choice) => {
    expect(readEnvironment({ ...LEAST, MASON_TOPICS: value }).MASON_TOPICS).toEqual(choice);
  });

  test.each(['firestore:', 'firestore:A', 'postgres://a', 'memory:'])('MASON_LEDGER never by %s', (value) => {
    expect(faultsOf({ ...LEAST, MASON_LEDGER: value })).toEqual([
      expect.stringMatching(/^MASON_LEDGER takes a path, :memory:, firestore or firestore:DATABASE/),
    ]);
  });

  test.each(['Local', 'pubsub:', 'pubsub:1-', 'pubsub:goog-', 'kafka'])(
    'MASON_TOPICS never by %s',
    (value) => {
      expect(faultsOf({ ...LEAST, MASON_TOPICS: value })).toEqual([
        expect.stringMatching(/^MASON_TOPICS takes local, pubsub or pubsub:PREFIX/),
      ]);
    },
  );
});

test('OpenTelemetry is off, unless it is said where spans go', () => {
  const urlOf = (variables: Readonly<Record<string, string>>) =>
    tracesUrlOf(readEnvironment({ ...LEAST, ...variables }));
  expect(urlOf({ OTEL_SERVICE_NAME: 'team' })).toBeNull();
  expect(urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeNull();
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
  expect(urlOf(base)).toBe('http://collector:4318/v1/traces');
  expect(urlOf({ ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://a.example/t' })).toBe(
    'https://a.example/t',
  );
  expect(faultsOf({ ...LEAST, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toHaveLength(1);
});

test('README’s table is what the schema says of each variable', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `((?:MASON|GOOGLE|OTEL)_\w+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, name, fallback, meaning]) => ({ name, fallback, meaning }),
  );
  expect(rows).toEqual(
    Object.entries(environmentSchema.shape).map(([name, schema]) => ({
      name,
      fallback: fallbackOf(schema),
      meaning: schema.description,
    })),
  );
});

function fallbackOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodPrefault)
    return schema.def.defaultValue === '' ? 'none' : `\`${String(schema.def.defaultValue)}\``;
  return schema instanceof z.ZodOptional ? 'none' : 'required';
}
