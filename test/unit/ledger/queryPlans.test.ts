import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { SCHEMA } from '../../../shared/ledger/sqlite/schema.ts';
import { live } from '../../contract/ledger/actors.ts';
import {
  givenBack,
  lend,
  lendStock,
  mirror,
  ownerOf,
  PROJECT,
  told,
} from '../../contract/ledger/loansSteps.ts';
import { arbitraryStep } from '../../contract/ledger/random.ts';
import { openWorld, virtual } from '../../contract/ledger/world.ts';

/**
 * Every statement that the ledger prepares while anything happens to it, with the plan that SQLite gets for it. The
 * planner has no statistics, as in production: what it chooses here it chooses with 10,000 members, too.
 */
const plans = new Map<string, string>();
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the connection that it belongs to
const { prepare } = DatabaseSync.prototype;

beforeAll(async () => {
  const statements = new Set<string>();
  DatabaseSync.prototype.prepare = function (sql, options) {
    statements.add(sql.replace(/\s+/g, ' '));
    return prepare.call(this, sql, options);
  };
  const lives = fc.array(arbitraryStep, { minLength: 200, maxLength: 200, size: 'max' });
  for (const steps of fc.sample(lives, { seed: 1, numRuns: 15 })) await live(openInMemory, steps);
  await borrow();
  await rebuild();
  const empty = new DatabaseSync(':memory:');
  empty.exec(SCHEMA);
  for (const sql of statements) plans.set(sql, planOf(empty, sql));
  empty.close();
});
afterAll(() => {
  DatabaseSync.prototype.prepare = prepare;
});

const openInMemory: Parameters<typeof live>[0] = async (clock) =>
  openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => 0.5 });

/** What a ledger is asked over another server. */
async function borrow(): Promise<void> {
  const { world, close } = await openWorld(openInMemory);
  const { loans } = world.ledger;
  await givenBack(world);
  await loans.outdated('cluster', 10, 0);
  await lendStock(world, 'p');
  await loans.stock('project', 10);
  await loans.surrender('p', ownerOf('p'));
  await told(world);
  await lend(world, { name: 'c' });
  await loans.disown(await world.begin('c'));
  await loans.unsettled(0, 10);
  await loans.drop(['nobody']);
  await mirror(world, PROJECT);
  await loans.outdated('cluster', 10, 0);
  await close();
}

/** What it is asked while a member is outdated, which random lives seldom come to. */
async function rebuild(): Promise<void> {
  const { world, close } = await openWorld(openInMemory);
  const cluster = virtual('cluster', ['c']);
  await world.configure(cluster);
  await world.bring('c', 'done');
  await world.configure({ ...cluster, hash: 'cluster-2' });
  await world.ledger.pools.takeOutdated({ type: 'cluster', limit: 1, ...world.order() });
  await close();
}

function planOf(database: DatabaseSync, sql: string): string {
  if (sql.startsWith('PRAGMA')) return '';
  const steps = prepare.call(database, `EXPLAIN QUERY PLAN ${sql}`).all();
  return steps.map((step) => String(step['detail'])).join('; ');
}

const matching = (pattern: RegExp): string[] =>
  [...plans]
    .filter(([, plan]) => pattern.test(plan))
    .map(([sql]) => sql)
    .sort();

describe('no statement reads more than it must', () => {
  test('what reads a whole table is for people, or the table has a row a type', () => {
    expect(matching(/\bSCAN\b/)).toEqual([
      // For people, and stopped by its limit.
      'SELECT name, doc FROM resources ORDER BY name LIMIT ?',
      'SELECT name, doc FROM resources WHERE state = ? ORDER BY name LIMIT ?',
      'SELECT type, doc FROM types ORDER BY type',
      'SELECT type, hash FROM contents',
    ]);
  });

  test('what reads a whole pool only counts it by an index, or has found before that it must', () => {
    expect(matching(/resources_members \(type=\?\)/)).toEqual([
      // sync, once there is a removed type.
      'DELETE FROM types WHERE type = ?1 AND NOT EXISTS (SELECT 1 FROM resources WHERE type = ?1)',
      // sync, while an old content is left.
      'SELECT 1 FROM resources WHERE type = ? AND ? IN (config_hash, built_by) LIMIT 1',
      'SELECT 1 FROM resources WHERE type = ? LIMIT 1',
      'SELECT count(*) AS n FROM resources WHERE type = ?',
      // sync, while somebody waits for what could be made, or hoarded.
      `SELECT count(*) AS n FROM resources WHERE type = ? AND held_by IS NULL AND (phase IS NOT NULL AND state = 'cleaning' OR owner = '' AND state IN ('free', 'dirty'))`,
      // sync.
      `SELECT count(*) AS n FROM resources WHERE type = ? AND phase IS NULL AND (owner <> '' OR held_by IS NOT NULL OR state = 'free')`,
      // sync, while a static pool is not as the config has it.
      'SELECT name FROM resources WHERE type = ?',
      // sync, while a dynamic pool is beyond its max.
      'SELECT name, doc FROM resources WHERE type = ?',
    ]);
  });

  test('nothing is sorted but what /reset gives back', () => {
    expect(matching(/TEMP B-TREE/)).toEqual([
      `SELECT name, doc FROM resources INDEXED BY resources_users WHERE type = ? AND state = ? AND last_update < ? AND owner <> '' AND phase IS NULL AND held_by IS NULL AND hold_ends IS NULL ORDER BY name`,
    ]);
  });

  test('what is due at another server, in stock or outdated is found by an index of its own', () => {
    const plansWith = (word: string) =>
      [...plans].filter(([sql]) => sql.includes(word)).map(([, plan]) => plan);
    const pattern = (index: string, range: string) =>
      new RegExp(`^SEARCH resources USING INDEX ${index} \\(${range}\\)$`);
    for (const [word, plan, count] of [
      ['loan_due <= ?', pattern('resources_loan_due', 'loan_due<\\?'), 1],
      ['loan_since IS NOT NULL', pattern('resources_stock', 'type=\\? AND loan_since>\\?'), 1],
      ["state = 'returned'", pattern('resources_returned', 'type=\\? AND built_by[<>]\\?'), 2],
      ['WHERE at < ?', /^SEARCH intents USING INDEX intents_age \(at<\?\)$/, 1],
    ] as const) {
      const found = plansWith(word);
      expect(found).toHaveLength(count);
      for (const one of found) expect(one).toMatch(plan);
    }
  });

  test('what a person holds, and what is kept for a virtual resource, is found by an index of its own', () => {
    for (const [word, plan, count] of [
      ['hold_ends <= ?', /^SEARCH resources USING INDEX resources_hold_ends \(hold_ends<\?\)$/, 1],
      ['ORDER BY kept_rand', /^SEARCH resources USING INDEX resources_kept \(kept_rand[<>]\?\)$/, 2],
    ] as const) {
      const found = [...plans].filter(([sql]) => sql.includes(word)).map(([, text]) => text);
      expect(found).toHaveLength(count);
      for (const one of found) expect(one).toMatch(plan);
    }
  });

  test('and all were seen', () => {
    expect(plans.size).toBeGreaterThanOrEqual(70);
  });
});
