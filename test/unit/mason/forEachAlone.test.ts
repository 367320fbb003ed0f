import { expect, test } from '@jest/globals';

import { forEachAlone } from '../../../shared/mason/forEachAlone.ts';

const TWENTY = Array.from({ length: 20 }, (_, index) => index);

test('each is done once, whoever fails; the error tells of all that did', async () => {
  const done: number[] = [];
  const error: unknown = await forEachAlone(TWENTY, 8, async (item) => {
    await Promise.resolve();
    done.push(item);
    if (item % 9 === 4) throw new Error(`no ${item}`);
  }).catch((reason: unknown) => reason);
  expect(done.sort((a, b) => a - b)).toEqual(TWENTY);
  expect(error).toBeInstanceOf(AggregateError);
  expect(error).toMatchObject({ message: 'no 4; no 13', errors: [new Error('no 4'), new Error('no 13')] });
});

test('one that takes long keeps the others from nothing, and a few are done at once', async () => {
  const first = Promise.withResolvers<undefined>();
  let underWay = 0;
  let most = 0;
  let done = 0;
  await forEachAlone(TWENTY, 8, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await (item === 0 ? first.promise : Promise.resolve());
    underWay -= 1;
    done += 1;
    if (done === TWENTY.length - 1) first.resolve(undefined);
  });
  expect(done).toBe(TWENTY.length);
  expect(most).toBe(8);
});

test('of one that fails the error is its own', async () => {
  const fault = new Error('no 4');
  const failing = forEachAlone(TWENTY, 8, (item) => (item === 4 ? Promise.reject(fault) : Promise.resolve()));
  await expect(failing).rejects.toBe(fault);
});

test('of nothing, nothing', async () => {
  await forEachAlone([], 8, () => Promise.reject(new Error('never')));
});
