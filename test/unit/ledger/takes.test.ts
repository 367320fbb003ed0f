import { describe, expect, test } from '@jest/globals';

import { STATE, type ResourceRecord } from '../../../shared/ledger/records.ts';
import {
  givenBackIn,
  isTakenUp,
  takeBy,
  takeGivenBack,
  takesForJanitor,
  takesForRecycle,
} from '../../../shared/ledger/transitions/takes.ts';
import { isPaused, type TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { physical, virtual } from '../../contract/ledger/world.ts';
import { recordOf, workOf } from './recordOf.ts';

const LOAN = { owner: 'mason-x:1', state: 'dirty', kind: 'stock', since: 0, dueAt: 0 } as const;
const ORDER = { newOwner: () => 'mason-test:1', graceMs: 60_000 };
const MOMENT = { at: 1_000, rand: 0.5 };
const elsewhere = { config: { type: 'Elsewhere', content: '' } };

const TYPES: readonly (TypeRecord | null)[] = [
  null,
  ...[{}, { settings: { janitor: null } }, elsewhere].flatMap((change) =>
    [physical, virtual].flatMap((kind) =>
      [false, true].flatMap((removed) =>
        [null, { at: 0, by: 'bob', reason: '' }].map((pause) =>
          kind('project', 1, { ...change, removed, pause }),
        ),
      ),
    ),
  ),
];

const RECORDS: readonly ResourceRecord[] = [...Object.values(STATE), 'c', 'other'].flatMap((state) =>
  ['', 'alice'].flatMap((owner) =>
    [null, LOAN].flatMap((loan) => {
      const own = { name: 'p', type: 'project', state, owner, loan, lastUpdate: 500 };
      return [recordOf(own), workOf({}, own), workOf({ builtBy: 'project-1' }, own)];
    }),
  ),
);

const WORLDS = TYPES.flatMap((spec) => RECORDS.map((record) => ({ spec, record })));

const taken = ({ spec, record }: (typeof WORLDS)[number], lastUpdate = record.lastUpdate) =>
  takeGivenBack(record, { given: { ...record, lastUpdate }, spec, order: ORDER }, MOMENT);

describe('what was given back', () => {
  test('becomes what a tick would make of it, if it is dirty or toBeDeleted; else it is left', () => {
    const of = { taken: 0, left: 0 };
    for (const { spec, record } of WORLDS) {
      const byTick = [takesForRecycle(spec), takesForJanitor(spec)].flatMap((takes) =>
        takes === null ? [] : (takeBy(takes, { record, order: ORDER }, MOMENT) ?? []),
      );
      expect(byTick.length).toBeLessThanOrEqual(1);
      const isWaste = record.state === STATE.dirty || record.state === STATE.toBeDeleted;
      const after = taken({ spec, record });
      expect(after).toEqual(isWaste ? (byTick[0] ?? null) : null);
      of[after === null ? 'left' : 'taken'] += 1;
    }
    expect(of).toEqual({ taken: 60, left: WORLDS.length - 60 });
  });

  test('is never taken from a user or another server, nor of a type that is paused or unknown', () => {
    for (const { spec, record } of WORLDS) {
      if (record.owner === '' && record.loan === null && spec !== null && !isPaused(spec)) continue;
      expect(taken({ spec, record })).toBeNull();
    }
  });

  test('is told of exactly if it would be taken', () => {
    for (const { spec, record } of WORLDS) {
      const told = givenBackIn([record]).filter((given) => isTakenUp(given, spec));
      expect(told).toHaveLength(taken({ spec, record }) === null ? 0 : 1);
    }
  });

  test('is left once somebody has touched it, though it looks the same', () => {
    const [world] = WORLDS.filter((one) => taken(one) !== null);
    if (world === undefined) throw new Error('none is taken');
    expect(taken(world, world.record.lastUpdate - 1)).toBeNull();
    expect(taken(world, world.record.lastUpdate + 1)).not.toBeNull();
  });
});
