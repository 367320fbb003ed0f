import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildHash } from '../../../shared/config/buildHash.ts';
import { configJsonSchema } from '../../../shared/config/jsonSchema.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import { MASON_DEFAULTS } from '../../../shared/config/schema.ts';
import type { ResourceConfig } from '../../../shared/config/schema.ts';
import { faultsOf, goodConfig, known, yaml } from './known.ts';

function resourcesOf(text: string): readonly ResourceConfig[] {
  const { config, faults } = readConfig({ text, file: 'f' }, known);
  if (!config) throw new Error(JSON.stringify(faults));
  return config.resources;
}

describe('Boskos reads these, and so do we', () => {
  test('a static type', () => {
    expect(
      resourcesOf(
        '---\nresources:\n  - type: "aws-account"\n    state: free\n    names:\n    - "account1"\n    - account2\n',
      ),
    ).toEqual([
      {
        type: 'aws-account',
        state: 'free',
        size: { kind: 'static', names: ['account1', 'account2'] },
        lifespanMs: null,
        needs: {},
        config: null,
        managed: false,
        mason: MASON_DEFAULTS,
      },
    ]);
  });

  test('a dynamic type, from nothing on', () => {
    expect(resourcesOf('resources:\n- {type: token, max-count: 5, lifespan: 5m}')).toMatchObject([
      { type: 'token', state: 'free', size: { kind: 'dynamic', min: 0, max: 5 }, lifespanMs: 300_000 },
    ]);
  });

  test('a type that another Mason builds', () => {
    const text = yaml`
      resources:
      - {type: aws-account, names: [account1, account2]}
      - type: aws-cluster
        state: dirty
        min-count: 1
        max-count: 2
        lifespan: 48h
        needs:
          aws-account: 1
        config:
          type: AWSClusterCreator
          content: "..."
    `;
    expect(resourcesOf(text)).toMatchObject([
      {},
      { needs: { 'aws-account': 1 }, config: { type: 'AWSClusterCreator', content: '...' }, managed: false },
    ]);
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^11:11: warning: the Masonable AWSClusterCreator/),
    ]);
  });

  test('a type that this Mason builds', () => {
    const [project, port, cluster] = resourcesOf(goodConfig);
    expect(project?.mason.janitor).toEqual({ type: 'Command', run: ['clean', '--all'] });
    expect(port).toMatchObject({ size: { kind: 'dynamic', min: 2, max: 8 }, managed: false });
    expect(cluster).toEqual({
      type: 'cluster',
      state: 'dirty',
      size: { kind: 'dynamic', min: 1, max: 2 },
      lifespanMs: null,
      needs: { 'gce-project': 1, port: 2 },
      config: { type: 'Command', content: 'run: [make, cluster]\nenv:\n  ZONE: "b"\ntimeout: 15m\n' },
      managed: true,
      mason: { ...MASON_DEFAULTS, maxAttempts: 3, constructTimeoutMs: 5_400_000, paused: true },
    });
  });

  test('several static entries of a type, as one', () => {
    expect(
      resourcesOf(
        'resources:\n- {type: a, names: [x]}\n- {type: b, names: [y1]}\n- {type: a, names: [z, w]}\n',
      ),
    ).toMatchObject([
      { type: 'a', size: { names: ['x', 'z', 'w'] } },
      { type: 'b', size: { names: ['y1'] } },
    ]);
  });

  test('numbers in all of its spellings', () => {
    const sizes = ['3', '3.0', '+3', '0x3', '03', '0b11', '3e0', '0_3'].map(
      (three) => resourcesOf(`resources:\n- {type: a, max-count: ${three}}`)[0]?.size,
    );
    for (const size of sizes) expect(size).toEqual({ kind: 'dynamic', min: 0, max: 3 });
  });

  test('a lifespan in nanoseconds', () => {
    const lifespans = ['1000000000', '1e9', '9000000000000000000', '1'].map(
      (text) => resourcesOf(`resources:\n- {type: a, max-count: 1, lifespan: ${text}}`)[0]?.lifespanMs,
    );
    expect(lifespans).toEqual([1_000, 1_000, 9_000_000_000_000, 0.000001]);
  });

  test('numbers and truth values as texts, where they are spelt alike', () => {
    expect(resourcesOf('resources:\n- {type: 5, state: true, names: [1, 1.5, 0]}')).toMatchObject([
      { type: '5', state: 'true', size: { names: ['1', '1.5', '0'] } },
    ]);
  });

  test('keys in any case', () => {
    expect(
      resourcesOf('RESOURCES:\n- {Type: a, Max-Count: 1, Config: {TYPE: Other, Content: x}}'),
    ).toMatchObject([{ type: 'a', size: { max: 1 }, config: { type: 'Other', content: 'x' } }]);
  });

  test('an empty state as free, and an empty list of names as none', () => {
    expect(resourcesOf('resources:\n- {type: a, state: "", names: [], max-count: 1}')).toMatchObject([
      { state: 'free', size: { kind: 'dynamic', min: 0, max: 1 } },
    ]);
  });

  test('aliases and merge keys', () => {
    const text = yaml`
      common: &common {state: dirty, names: &names [x]}
      resources:
      - {<<: *common, type: a}
      - {<<: [{state: busy}, *common], type: b, names: [z]}
    `;
    expect(resourcesOf(text)).toMatchObject([
      { type: 'a', state: 'dirty', size: { names: ['x'] } },
      { type: 'b', state: 'busy', size: { names: ['z'] } },
    ]);
  });

  test('a file with a byte order mark, CRLF, a first --- and an empty last document', () => {
    expect(resourcesOf('\ufeff---\r\nresources:\r\n- type: a\r\n  names:\r\n  - x\r\n---\r\n')).toHaveLength(
      1,
    );
  });

  test('JSON', () => {
    expect(resourcesOf(JSON.stringify({ resources: [{ type: 'a', names: ['x'] }] }))).toHaveLength(1);
  });
});

describe('What is said by nobody', () => {
  test('Mason has its defaults', () => {
    expect(MASON_DEFAULTS).toEqual({
      maxAttempts: 5,
      constructTimeoutMs: 1_800_000,
      maxConstructing: 15,
      retryBaseMs: 10_000,
      retryMaxMs: 600_000,
      patienceMs: 60_000,
      paused: false,
      janitor: null,
      leaseExpiryMs: null,
      reapStates: null,
      quarantineHoldMs: 86_400_000,
      suspectAfter: 3,
    });
  });

  test('what stands for none is read as that, also where YAML 1.1 makes something else of it', () => {
    const settingsOf = (text: string) =>
      resourcesOf(`resources:\n- {type: a, names: [x], mason: {${text}}}`)[0]?.mason;
    for (const off of ['off', 'no', '"off"'])
      expect(settingsOf(`lease-expiry: ${off}`)).toMatchObject({ leaseExpiryMs: 'off' });
    expect(settingsOf('lease-expiry: 2h, reap-states: [busy, testing]')).toMatchObject({
      leaseExpiryMs: 7_200_000,
      reapStates: ['busy', 'testing'],
    });
    expect(settingsOf('reap-states: [], quarantine-hold: 0, suspect-after: 0')).toMatchObject({
      reapStates: [],
      quarantineHoldMs: 0,
      suspectAfter: 0,
    });
  });

  test('a need of 0 is none', () => {
    expect(
      resourcesOf('resources:\n- {type: b, names: [x]}\n- {type: a, max-count: 1, needs: {b: 0}}')[1]?.needs,
    ).toEqual({});
  });

  test('a type without a builder is not managed, nor is one whose Masonable is not here', () => {
    const managed = resourcesOf(
      'resources:\n- {type: a, max-count: 1}\n- {type: b, max-count: 1, config: {type: Other}}\n- {type: c, state: dirty, max-count: 1, config: {type: Size, content: "disk: 1"}}',
    ).map((resource) => resource.managed);
    expect(managed).toEqual([false, false, true]);
  });
});

describe('The hash of what a member is built from', () => {
  const built = { needs: { a: 1, b: 2 }, config: { type: 'Command', content: 'run: [x]' } };

  test('is 16 hexadecimal digits, the same for ever', () => {
    expect(buildHash(built)).toBe('5284e32a483b3319');
    expect(buildHash({ needs: {}, config: null })).toBe('bb5bb1b3a77487ee');
  });

  test('does not depend on the order of keys', () => {
    const { needs, config } = built;
    expect(buildHash({ needs: { b: 2, a: 1 }, config: { content: config.content, type: config.type } })).toBe(
      buildHash({ needs, config }),
    );
  });

  test('changes with needs, Masonable and content, and with nothing else', () => {
    const others = [
      { ...built, needs: { a: 1, b: 3 } },
      { ...built, needs: { a: 1 } },
      { ...built, needs: { a: 1, c: 2 } },
      { ...built, config: { type: 'Size', content: 'run: [x]' } },
      { ...built, config: { type: 'Command', content: 'run: [y]' } },
      { ...built, config: null },
    ];
    expect(new Set([built, ...others].map(buildHash)).size).toBe(7);
    const hashes = ['max-count: 1', 'max-count: 2', 'max-count: 2, mason: {paused: true}, lifespan: 1h'].map(
      (rest) => {
        const [resource] = resourcesOf(
          `resources:\n- {type: a, state: dirty, config: {type: Size, content: "disk: 1"}, ${rest}}`,
        );
        return resource && buildHash(resource);
      },
    );
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('The JSON Schema for editors', () => {
  const schema = JSON.parse(JSON.stringify(configJsonSchema())) as JsonSchema;
  const entry = schema.properties?.['resources']?.items;

  test('is of draft 2020-12 and asks for resources with a type', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['resources'],
      properties: { resources: { type: 'array', minItems: 1 } },
    });
    expect(entry?.required).toEqual(['type']);
  });

  test('knows every key, says what it is for, and lets others be', () => {
    expect(Object.keys(entry?.properties ?? {})).toEqual([
      'type',
      'state',
      'names',
      'min-count',
      'max-count',
      'lifespan',
      'needs',
      'config',
      'mason',
    ]);
    expect(entry).not.toHaveProperty('additionalProperties');
    const all = [
      entry?.properties,
      entry?.properties?.['mason']?.properties,
      entry?.properties?.['config']?.properties,
    ];
    for (const property of all.flatMap((part) => Object.values(part ?? {}))) {
      expect(property.description).toMatch(/^[a-z]/);
    }
  });

  test('shows the defaults as they are written', () => {
    const defaults = Object.entries(entry?.properties?.['mason']?.properties ?? {}).map(([key, value]) => [
      key,
      value.default,
    ]);
    expect(Object.fromEntries(defaults)).toEqual({
      'max-attempts': 5,
      'construct-timeout': '30m',
      'max-constructing': 15,
      'retry-base': '10s',
      'retry-max': '10m',
      patience: '1m',
      paused: false,
      janitor: undefined,
      'lease-expiry': undefined,
      'reap-states': undefined,
      'quarantine-hold': '24h',
      'suspect-after': 3,
    });
    expect(entry?.properties?.['state']?.default).toBe('free');
  });

  test('has patterns that agree with the check', () => {
    const durations = new RegExp(entry?.properties?.['mason']?.properties?.['patience']?.pattern ?? '', 'u');
    const names = new RegExp(entry?.properties?.['names']?.items?.pattern ?? '', 'u');
    for (const good of ['90s', '1h30m', '.5h', '1.s', '+1m', '3µs']) expect(durations.test(good)).toBe(true);
    for (const bad of ['', '5', '1d', '-1h', '1h 5m', '.s']) expect(durations.test(bad)).toBe(false);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '0', '-', '.', '_'), minLength: 1, maxLength: 6 }),
        (name) => {
          const isGood = faultsOf(`resources:\n- {type: a, names: ["${name}"]}`).length === 0;
          expect(names.test(name)).toBe(isGood);
        },
      ),
    );
  });
});

interface JsonSchema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly description?: string;
  readonly default?: unknown;
  readonly pattern?: string;
}
