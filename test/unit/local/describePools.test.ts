import { describe, expect, test } from '@jest/globals';

import { typeRecordsOf } from '../../../shared/mason/typeRecordsOf.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import type { PoolView } from '../../../shared/ledger/port.ts';
import { describePools } from '../../../shared/api/report/describePools.ts';
import { commandConverter } from '../../../shared/masonables/command/command.ts';
import { noneCleaner } from '../../../shared/masonables/none/none.ts';

const known = {
  masonables: new Map([['Command', commandConverter().content]]),
  cleaners: new Map([['None', noneCleaner.content]]),
};

const types = typeRecordsOf(
  readConfig(
    {
      file: 'mason.yaml',
      text: `resources:
  - {type: port, names: [port-1, port-2, port-3], mason: {janitor: {type: None}}}
  - {type: folder, min-count: 2, max-count: 4}
  - {type: service, min-count: 1, max-count: 2, needs: {port: 1, folder: 1}, config: {type: Command, content: "run: [x]"}}
`,
    },
    known,
  ).config ?? { resources: [] },
  [],
);

const view = (given: Partial<PoolView> & { type: string }): PoolView => ({
  states: {},
  phases: {},
  owned: 0,
  waiting: 0,
  quarantined: 0,
  ...given,
});
const described = (given: Partial<PoolView> & { type: string }) =>
  describePools(types, [view(given)]).find(({ type }) => type === given.type);

describe('what is said of a pool', () => {
  test('virtual ones come first', () => {
    expect(describePools(types, []).map(({ type, kind }) => `${kind} ${type}`)).toEqual([
      'virtual service',
      'physical folder',
      'physical port',
    ]);
  });

  test('a pool without members is not at its size', () => {
    expect(described({ type: 'folder' })).toMatchObject({
      min: 2,
      max: 4,
      members: 0,
      atSize: false,
      tended: false,
    });
    expect(described({ type: 'port' })).toMatchObject({ min: 3, max: 3, tended: true });
  });

  test('in use is what has an owner who is not Mason', () => {
    const states = { free: 1, busy: 2, cleaning: 2, quarantined: 1 };
    const pool = described({
      type: 'service',
      states,
      phases: { clean: 1, fulfill: 1 },
      owned: 5,
      waiting: 1,
      quarantined: 1,
    });
    expect(pool).toMatchObject({
      members: 6,
      free: 1,
      inUse: 2,
      quarantined: 1,
      waiting: 1,
      phases: { clean: 1 },
      atSize: false,
    });
  });

  test('what a person holds is neither free nor in use, and where it should be', () => {
    const pool = described({ type: 'service', states: { free: 1, busy: 1, held: 1 }, owned: 2 });
    expect(pool).toMatchObject({ free: 1, inUse: 1, held: 1, unknown: 0, atSize: true });
  });

  test('free, parked, leased and used members are where they should be', () => {
    const states = { free: 1, parked: 1, leased: 1 };
    expect(described({ type: 'port', states, owned: 1 })).toMatchObject({
      parked: 1,
      leased: 1,
      inUse: 0,
      atSize: true,
    });
    expect(described({ type: 'port', states: { free: 2, dirty: 1 } })).toMatchObject({
      dirty: 1,
      atSize: false,
    });
  });

  test("a state of the user's own counts as unknown only where nobody owns it", () => {
    const states = { free: 1, 'their-own': 2 };
    expect(described({ type: 'port', states, owned: 2 })).toMatchObject({
      inUse: 2,
      unknown: 0,
      atSize: true,
    });
    expect(described({ type: 'port', states, owned: 1 })).toMatchObject({
      inUse: 1,
      unknown: 1,
      atSize: false,
    });
  });

  test('who waits for supply is not in fulfill, too', () => {
    expect(
      described({ type: 'service', states: { cleaning: 2 }, phases: { fulfill: 2 }, owned: 2, waiting: 2 })
        ?.phases,
    ).toEqual({});
    expect(
      described({ type: 'service', states: { cleaning: 2 }, phases: { fulfill: 2 }, owned: 2, waiting: 1 })
        ?.phases,
    ).toEqual({ fulfill: 1 });
  });

  test('a type that left the config wants no members', () => {
    const [service] = types.filter(({ type }) => type === 'service');
    const removed = service === undefined ? [] : [{ ...service, removed: true }];
    expect(describePools(removed, [])[0]).toMatchObject({ min: 0, max: 0, removed: true, atSize: true });
  });
});
