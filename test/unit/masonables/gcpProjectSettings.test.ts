import { describe, expect, test } from '@jest/globals';

import { formatFault } from '../../../shared/config/fault.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import { KINDS } from '../../../shared/masonables/gcp-project/kinds.ts';
import { openRegistry } from '../../../shared/runtime/compose.ts';
import { COMPUTE_TYPES } from '../../support/gcp/computeTypes.ts';

/** What `mason check` knows. */
const registry = openRegistry({ commands: false });
const known = { masonables: registry.masonableSchemas(), cleaners: registry.cleanerSchemas() };

/** What `mason check` says of a project's type with these settings, each on a line of its own from line 8 on. */
function faultsOf(...settings: readonly string[]): string[] {
  const lines = [
    'resources:',
    '- type: project',
    '  state: dirty',
    '  names: [project-1]',
    '  mason:',
    '    janitor:',
    '      type: GCPProject',
    ...settings.map((line) => `      ${line}`),
  ];
  return readConfig({ text: `${lines.join('\n')}\n`, file: 'f' }, known).faults.map((fault) =>
    formatFault(fault).replace(/^f:/, ''),
  );
}

describe('mason check of the settings of GCPProject', () => {
  test('passes without any, and with all', () => {
    expect(faultsOf()).toEqual([]);
    expect(
      faultsOf(
        'keep-labels: [keep, team=infra]',
        "keep-names: ['shared-*', firewalls/allow-iap]",
        'keep-kinds: [images, clusters]',
        'keep-created-before: 2026-01-31',
        'keep-younger-than: 1h30m',
        'keep-default-network: false',
        'dry-run: true',
      ),
    ).toEqual([]);
  });

  test.each([
    ['keep-label: keep', '8:7', 'keep-labels'],
    ['keep-labels: keep', '8:20', 'list'],
    ['keep-labels: [Keep]', '8:21', 'label'],
    ['keep-labels: [keep=a=b]', '8:21', 'label'],
    ['keep-names: [Shared]', '8:20', 'name'],
    ['keep-names: [firewall/x]', '8:20', 'there is no kind firewall'],
    ['keep-kinds: [vms]', '8:20', 'vms'],
    ['keep-created-before: yesterday', '8:28', 'day'],
    ['keep-created-before: 2026-02-31', '8:28', 'day'],
    ['keep-created-before: 2026-01-31T10:00:00', '8:28', 'time with its zone'],
    ['keep-younger-than: 1 day', '8:26', 'duration'],
    ['keep-younger-than: 0s', '8:26', 'longer than 0'],
    ['keep-default-network: maybe', '8:29', 'true or false'],
    ['dry-run: 1', '8:16', 'true or false'],
  ])('reports %s with line and column, and the cure', (line, at, words) => {
    const faults = faultsOf(line);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${at}`));
    expect(faults[0]).toContain(words);
  });
});

test('Every kind that is deleted can be put into the stand-in, and the other way round', () => {
  const ofCompute = KINDS.filter(({ listed }) => listed === 'aggregated' || listed === 'global');
  expect(ofCompute.map(({ collection, listed }) => [collection, listed]).sort()).toEqual(
    COMPUTE_TYPES.map(({ collection, scoped }) => [
      collection,
      scoped === null ? 'global' : 'aggregated',
    ]).sort(),
  );
});
