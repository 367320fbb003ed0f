import { expect, test } from '@jest/globals';

import type { Story } from '../../../shared/api/wire.ts';
import { renderStory } from '../../../shared/cli/renderStory.ts';
import { unpainted } from '../../../shared/local/view/paint.ts';

const NOW = new Date(2026, 2, 12, 9, 5, 7, 650).getTime();

const story: Story = {
  ...{ name: 'project-1', type: 'project', state: 'busy', owner: 'alice', heldBy: null, hold: null },
  lastUpdate: new Date(NOW - 4_000).toISOString(),
  expiration: null,
  userDataKeys: ['url', 'key', 'leasedResources'],
  userData: {
    url: 'http://127.0.0.1:1',
    key: 'BEGIN\n  a\nEND\n',
    leasedResources: '- port-1\n',
  },
  work: null,
};

test('a time is that of here, without what nobody reads', () => {
  const [, , , changed] = renderStory(story, { now: () => NOW, paint: unpainted });
  expect(changed).toBe('  changed     2026-03-12 09:05:03 (4 s ago)');
});

test('the state does not say since when: a sign of life changes the resource, too', () => {
  const [, , state] = renderStory(story, { now: () => NOW, paint: unpainted });
  expect(state).toBe('  state       busy');
});

test('a value of several lines, or a list, begins below its key', () => {
  const lines = renderStory(story, { now: () => NOW, paint: unpainted });
  expect(lines.slice(lines.findIndex((line) => line.includes('user data')))).toEqual([
    '  user data   url: http://127.0.0.1:1',
    '              key:',
    '                BEGIN',
    '                  a',
    '                END',
    '              leasedResources:',
    '                - port-1',
  ]);
});
