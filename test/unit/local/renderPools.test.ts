import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';

import type { Paint } from '../../../shared/local/view/paint.ts';
import { renderPools } from '../../../shared/local/view/renderPools.ts';
import { canvas, pool, projects } from './fixtures.ts';

const busy = [
  pool({
    type: 'gke-cluster',
    max: 5,
    members: 4,
    free: 1,
    inUse: 1,
    waiting: 1,
    phases: { free: 1, clean: 1 },
    atSize: false,
  }),
  projects({
    type: 'gcp-project',
    min: 9,
    max: 9,
    free: 4,
    parked: 2,
    leased: 2,
    dirty: 1,
    phases: { janitor: 1 },
  }),
];

describe('the table of pools', () => {
  test('has virtual and physical pools each with what they do, within 80 columns', () => {
    expect(renderPools(busy, canvas(80)).join('\n')).toBe(
      [
        'VIRTUAL      SIZE  FREE  IN USE  DIRTY  WAITING  QUARANTINED  BUILDING',
        'gke-cluster   3–5     1       1      0        1            0  clean 1, free 1',
        '',
        'PHYSICAL     SIZE  FREE  IN USE  DIRTY   PARKED  QUARANTINED  CLEANING',
        'gcp-project     9     4       0      1        2            0  janitor 1, leased…',
      ].join('\n'),
    );
  });

  test('shows the work whole where there is room for it', () => {
    expect(renderPools(busy, canvas(120)).at(-1)).toMatch(/ {2}janitor 1, leased 2$/);
  });

  test.each([20, 40, 60, 80, 100, 200])(
    'fits into %i columns, however long names and work are',
    (columns) => {
      const pools = [
        pool({
          type: 'a-very-long-type-name-that-nobody-should-give'.repeat(3),
          phases: { clean: 999_999, recycle: 1 },
        }),
        projects({ type: '資源の種類'.repeat(9), quarantined: 123_456 }),
      ];
      const narrowest = 66; // Numbers are never cut.
      const widths = renderPools(pools, canvas(columns)).map((line) => stringWidth(line));
      expect(Math.max(...widths)).toBeLessThanOrEqual(Math.max(columns, narrowest));
    },
  );

  test('shows no control characters of a type', () => {
    const lines = renderPools([pool({ type: 'a\u001B[31mb\nc' })], canvas(80));
    expect(lines[1]).toMatch(/^ab c /);
  });

  test('has no section for a kind of which there is none', () => {
    expect(renderPools([projects()], canvas(80)).join('\n')).not.toContain('VIRTUAL');
    expect(renderPools([], canvas(80))).toEqual([]);
  });

  test('says which pools are paused, on their way out or cleaned by nobody', () => {
    const lines = renderPools(
      [
        pool({ type: 'a', paused: true }),
        pool({ type: 'b', removed: true }),
        pool({ type: 'c', tended: false }),
        projects({ type: 'd', tended: false, unknown: 2 }),
      ],
      canvas(120),
    ).join('\n');
    expect(lines).toMatch(/^a .*paused$/m);
    expect(lines).toMatch(/^b .*leaving$/m);
    expect(lines).toMatch(/^c .*not ours$/m);
    expect(lines).toMatch(/^d .*unknown 2, no janitor$/m);
  });

  test('marks what is in quarantine and what is not at its size', () => {
    const paint: Paint = (style, text) => `<${style}:${text.trim()}>`;
    const [, line] = renderPools([pool({ free: 2, quarantined: 1, atSize: false })], { columns: 120, paint });
    expect(line).toContain('<yellow:2>');
    expect(line).toContain('<red:1>');
    expect(line).toContain('<dim:0>');
  });
});
