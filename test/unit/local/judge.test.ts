import { describe, expect, test } from '@jest/globals';

import { judge } from '../../../shared/api/report/judge.ts';
import type { Pool } from '../../../shared/api/wire.ts';
import { pool, projects } from './fixtures.ts';

const config = { file: 'mason.yaml', faults: [] };
const judged = (...pools: Pool[]) => judge({ pools, config, pending: 0 });

describe('whether Mason is idle', () => {
  test('idle: every pool at its size, nothing in flight', () => {
    expect(judged(pool(), projects({ free: 1, parked: 1, inUse: 1 }))).toEqual({ kind: 'idle', reasons: [] });
  });

  test('working while messages are under way', () => {
    expect(judge({ pools: [pool()], config, pending: 2 })).toEqual({
      kind: 'working',
      reasons: ['messages under way: 2'],
    });
  });

  test.each<[string, Partial<Pool>, string]>([
    ['members are missing', { members: 2, free: 2, atSize: false }, 'cluster: 2 of 3 members'],
    ['a member is built', { free: 2, phases: { clean: 1 }, atSize: false }, 'cluster: 1 in clean'],
    ['one waits', { free: 2, waiting: 1, atSize: false }, 'cluster: 1 waiting for supply'],
    ['one is dirty', { free: 2, dirty: 1, atSize: false }, 'cluster: 1 dirty'],
    [
      'one is paused',
      { free: 2, dirty: 1, atSize: false, paused: true },
      'cluster: 1 dirty, paused by its config',
    ],
    [
      'one is in a state of nobody',
      { free: 2, unknown: 1, atSize: false },
      'cluster: 1 in states that Mason does not know',
    ],
  ])('working while %s', (_, given, reason) => {
    expect(judged(pool(given))).toEqual({ kind: 'working', reasons: [reason] });
  });

  test('tells how a dirty pool without a janitor gets one', () => {
    expect(judged(projects({ free: 2, dirty: 1, atSize: false, tended: false })).reasons[0]).toContain(
      'janitor: {type: None}',
    );
  });

  test('working while the config file is refused, though all pools are at rest', () => {
    const refused = { file: 'mason.yaml', faults: ['mason.yaml:1:1: error: …'] };
    expect(judge({ pools: [pool()], config: refused, pending: 0 }).kind).toBe('working');
  });

  const broken = pool({ free: 2, quarantined: 1, atSize: false });

  test('stuck: one is in quarantine and nothing moves', () => {
    expect(judged(broken)).toEqual({ kind: 'stuck', reasons: ['cluster: 1 in quarantine'] });
  });

  test('stuck, too, when others wait for what the one in quarantine holds', () => {
    expect(judged(broken, pool({ type: 'other', free: 2, waiting: 1, atSize: false })).kind).toBe('stuck');
  });

  test.each<[string, Pool]>([
    ['is built', pool({ type: 'other', free: 2, phases: { clean: 1 }, atSize: false })],
    ['is dirty', projects({ free: 2, dirty: 1, atSize: false })],
  ])('working while one is in quarantine and another %s', (_, other) => {
    expect(judged(broken, other).kind).toBe('working');
  });

  test.each<[string, Pool]>([
    ['is dirty and cleaned by nobody', projects({ free: 2, dirty: 1, atSize: false, tended: false })],
    ['is paused', pool({ type: 'other', free: 2, phases: { clean: 1 }, atSize: false, paused: true })],
  ])('stuck while one is in quarantine and another %s', (_, other) => {
    expect(judged(broken, other).kind).toBe('stuck');
  });
});
