import { expect, test } from '@jest/globals';

import { keep } from '../../../shared/cli/leases/heartbeat.ts';
import { NOT_OURS, OK, play, type Server } from '../client/fixtures.ts';
import { ioInto } from './mason.ts';

/** A sign of life is answered so that `keep` ends by it: it is not to be sent. */
const holding =
  (onShow: () => void): Server =>
  ({ path }) => {
    if (path === '/update') return NOT_OURS;
    if (!path.startsWith('/resources/')) return OK;
    onShow();
    const name = path.replace('/resources/', '');
    return { status: 200, body: JSON.stringify({ name, state: 'busy', owner: 'alice', leased: [] }) };
  };

test('a signal while it is asked what is held ends it, and no sign of life is sent', async () => {
  const ending = new AbortController();
  const ended = new Error('ended by SIGTERM');
  const { client, clock, calls } = play(
    holding(() => {
      ending.abort(ended);
    }),
  );
  const written = { out: '', err: '' };
  const order = { names: ['token-1', 'token-2'], interval: 1_000, json: false, signal: ending.signal };
  const connection = { client, url: 'http://boskos.example', owner: 'alice' };
  await expect(keep(ioInto(written), connection, order)).rejects.toBe(ended);
  expect(calls.map(({ path }) => path)).toEqual(['/resources/token-1', '/resources/token-2']);
  expect(clock.timers()).toBe(0);
  expect(written).toEqual({ out: '', err: '' });
});

test('what is kept is told once, in names that no terminal obeys', async () => {
  const ending = new AbortController();
  const ended = new Error('enough');
  const { client, clock, pass } = play(({ path }) => {
    if (path !== '/resources/lab-1') return OK;
    const shown = { name: 'lab-1', state: 'busy', owner: 'alice', leased: ['disk\u001b[2J-1'] };
    return { status: 200, body: JSON.stringify(shown) };
  });
  const written = { out: '', err: '' };
  const order = { names: ['lab-1'], interval: 1_000, json: false, signal: ending.signal };
  const connection = { client, url: 'http://boskos.example', owner: 'alice' };
  const kept = expect(keep(ioInto(written), connection, order)).rejects.toBe(ended);
  await pass(3_000);
  ending.abort(ended);
  await kept;
  expect(written).toEqual({ out: 'lab-1, disk-1: kept until Ctrl-C\n', err: '' });
  expect(clock.timers()).toBe(0);
});
