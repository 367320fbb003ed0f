import { expect, test } from '@jest/globals';

import type { Wake } from '../../../shared/ledger/port.ts';
import { publishAll } from '../../../shared/mason/publishAll.ts';

/** What was done, in its order, where so many are due. */
async function doneWith(backlog: number): Promise<string[]> {
  const done: string[] = [];
  let left = backlog;
  const publish = async (wakes: readonly Wake[]): Promise<void> => {
    done.push(`publish ${wakes.length}`);
  };
  await publishAll({ publish }, async (limit) => {
    const taken = Math.min(limit, left);
    left -= taken;
    done.push(`take ${taken}`);
    return Array.from({ length: taken }, (_, index) => ({
      task: 'recycle',
      type: 'cluster',
      name: `c-${index}`,
      cycle: 1,
    }));
  });
  return done;
}

test('each page is published before the next is taken, until one is not full', async () => {
  expect(await doneWith(700)).toEqual(['take 500', 'publish 500', 'take 200', 'publish 200']);
  expect(await doneWith(500)).toEqual(['take 500', 'publish 500', 'take 0', 'publish 0']);
});

test('twenty pages are enough for one tick, whatever is left', async () => {
  expect((await doneWith(100_000)).filter((step) => step === 'publish 500')).toHaveLength(20);
});
