import { afterEach, expect, test } from '@jest/globals';

import { until } from '../support/until.ts';
import { faultsOf, openSample, type Sample } from './sample.ts';
import { mason, startMason } from './processes.ts';

const SIZE = { services: 6, ports: 9, folders: 8 };

let sample: Sample;
afterEach(() => sample.close());

test('two runners on one data folder at once do each resource once', async () => {
  sample = await openSample(SIZE);
  const flags = ['--config', sample.config, '--data', sample.data, '--port', '0'];
  const runners = [startMason(...flags), startMason(...flags)];
  const urls = await Promise.all(runners.map((runner) => runner.url()));
  const [one = '', other = ''] = urls;
  const isIdle = async (url: string): Promise<boolean> =>
    (await mason(url, 'status', '--json')).out.includes('"idle"');
  const areIdle = async (): Promise<boolean> => (await isIdle(one)) && (await isIdle(other));
  await until(areIdle);
  expect(await faultsOf(sample, SIZE)).toEqual([]);

  const list = JSON.parse((await mason(one, 'status', 'notes-service', '--json')).out) as {
    resources: { name: string }[];
  };
  const orders = await Promise.all(
    list.resources.map(({ name }, at) => mason(urls[at % 2] ?? one, 'publish', 'recycle', name)),
  );
  expect(orders.map(({ code }) => code)).toEqual(list.resources.map(() => 0));
  await until(areIdle);
  expect(await faultsOf(sample, SIZE)).toEqual([]);
  for (const runner of runners) runner.kill('SIGTERM');
  expect(await Promise.all(runners.map((runner) => runner.exited))).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
  const built = runners.flatMap(({ said }) => said.filter(({ event }) => event === 'constructed'));
  expect(built).toHaveLength(2 * SIZE.services);
  expect(
    runners.flatMap(({ said }) =>
      said.filter(({ event }) => ['lost', 'failed', 'quarantined', 'dead-letter'].includes(event)),
    ),
  ).toEqual([]);
});
