import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { until } from '../support/until.ts';
import { faultsOf, openSample, readRecords, whoIsOn, type Sample } from './sample.ts';
import { mason, startMason } from './processes.ts';

const SIZE = { services: 3, ports: 5, folders: 4 };

let sample: Sample;
beforeEach(async () => {
  sample = await openSample(SIZE);
});
afterEach(() => sample.close());

test('the sample comes to rest, can be used, and goes round again by order: the old service is gone', async () => {
  const flags = ['--config', sample.config, '--data', sample.data, '--port', '0'];
  const first = startMason(...flags, '--until-idle', '--timeout', '4m');
  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect(first.stderr()).toBe('');
  expect(first.said.at(-1)).toMatchObject({ event: 'ended', reason: 'idle', exitCode: 0 });
  expect(await faultsOf(sample, SIZE)).toEqual([]);

  const second = startMason(...flags);
  const url = await second.url();
  const [record] = (await readRecords(sample.data)).filter(({ type }) => type === 'notes-service');
  const name = record?.name ?? '';
  const before = record?.userData ?? {};
  expect((await fetch(`${before['url']}/`, { method: 'POST', body: 'a note' })).status).toBe(201);
  expect(await (await fetch(`${before['url']}/`)).text()).toBe(`${name}, round 1\na note\n`);

  const order = await mason(url, 'publish', 'recycle', name);
  expect(order).toMatchObject({ code: 0, err: '' });
  await until(async () => (await mason(url, 'status', '--json')).out.includes('"idle"'));
  const { out } = await mason(url, 'status', name, '--userdata', '--json');
  const story = JSON.parse(out) as { userData: Record<string, string>; work: { cycle: number } };
  expect(story.work.cycle).toBe(2);
  expect(await (await fetch(`${story.userData['url']}/`)).text()).toBe(`${name}, round 2\n`);
  expect(story.userData['pid']).not.toBe(before['pid']);
  expect(story.userData['folder']).not.toBe(before['folder']);

  second.kill('SIGTERM');
  expect(await second.exited).toEqual({ code: 0, signal: null });
  expect(await faultsOf(sample, SIZE)).toEqual([]);
});

test('its services end by themselves when their folders are deleted', async () => {
  const flags = ['--config', sample.config, '--data', sample.data, '--port', '0', '--until-idle'];
  expect((await startMason(...flags).exited).code).toBe(0);
  const { ports } = sample;
  expect((await Promise.all(ports.map(whoIsOn))).filter(Boolean)).toHaveLength(SIZE.services);
  await sample.close();
  await until(async () => (await Promise.all(ports.map(whoIsOn))).every((who) => who === null));
});
