import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { release } from '../../../shared/cli/leases/release.ts';
import { openOriginal, openOurs, type Stage } from '../../contract/client/stage.ts';
import { OK, play } from '../client/fixtures.ts';
import { ioInto, mason, type Ran } from './mason.ts';

/** Clears the screen, names the window and makes what follows red, in seven and in eight bits. */
const ESCAPES = '\u001b[2J\u001b]0;owned\u0007\u001b[31m\u009b31m';
/** What a terminal obeys, but for the end of a line. */
const OBEYED = /[^\P{Cc}\n]/u;

/** Takes the resource of the command that runs it for the owner that it is given. */
const STEAL = `
  const { MASON_URL: url, MASON_RESOURCE_NAME: name } = process.env;
  const post = async (path, given) => {
    const query = new URLSearchParams({ name, names: name, ...given });
    return (await fetch(url + path + '?' + query, { method: 'POST' })).text();
  };
  const told = await post('/update', { state: 'busy', owner: 'mallory' });
  const [, holder] = /currently owned by (.*)/.exec(told);
  await post('/release', { dest: 'lost', owner: holder });
  await post('/acquirebystate', { state: 'lost', dest: 'theirs', owner: process.argv[1] });
`;

describe.each([
  ["Mason's server", openOurs],
  ["the model of the original's server", openOriginal],
])('what others write to %s', (_, open) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await open();
  });
  afterEach(() => stage.close());
  const ask = (...argv: string[]): Promise<Ran> =>
    mason(argv, { MASON_URL: stage.url, MASON_OWNER: 'alice' });

  test('an owner and a state that are escape codes reach no terminal', async () => {
    const others = new URLSearchParams({ owner: `mallory${ESCAPES}`, dest: `odd${ESCAPES}` });
    await stage.post(`/acquire?type=cluster&state=free&request_id=1&${others.toString()}`);
    for (const command of ['release', 'heartbeat']) {
      const { code, err } = await ask(command, 'cluster-1');
      expect([command, code, err]).toEqual([command, 76, expect.stringContaining('mallory')]);
      expect(err).not.toMatch(OBEYED);
    }
  });

  test('nor does that of whom a command loses its resource to', async () => {
    const command = [process.execPath, '--input-type=module', '-e', STEAL, `mallory${ESCAPES}`];
    const { code, err } = await ask('run', 'token', '--', ...command);
    expect([code, err]).toEqual([0, expect.stringMatching(/it is held by mallory.*\n$/)]);
    expect(err).not.toMatch(OBEYED);
  });
});

/** The `mason` command on a server that gives this answer to everything. */
async function answered(status: number, answer: unknown, argv: readonly string[]): Promise<Ran> {
  const server = createServer((_, response) => {
    response.writeHead(status).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ran = await mason([...argv, '--url', `http://127.0.0.1:${port}`]);
  server.close();
  return ran;
}

test('an error of several lines stays one, each line without what a terminal obeys', async () => {
  const error = { code: 'REFUSED', message: `${ESCAPES}first\u0008\r\n\tsecond${ESCAPES}\nthird` };
  const { code, err } = await answered(409, { error }, ['status']);
  expect([code, err]).toEqual([75, 'mason: first \n second\nthird\n']);
});

test('what an order brought is told line by line, too', async () => {
  const heard = `cluster-1: ${ESCAPES}no disk\nin europe-west1`;
  const answer = { phase: 'clean', name: 'cluster-1', heard };
  const { code, out } = await answered(200, answer, ['publish', 'clean', 'cluster-1']);
  expect([code, out]).toEqual([
    0,
    'cluster-1: no disk\nin europe-west1\nWhat comes of it: mason status cluster-1\n',
  ]);
});

test('the names of what goes back are told without it', async () => {
  const { client } = play(({ path }) => {
    if (path !== '/resources/lab-1') return OK;
    const shown = { name: 'lab-1', state: 'busy', owner: 'alice', leased: [`disk${ESCAPES}-1`] };
    return { status: 200, body: JSON.stringify(shown) };
  });
  const connection = { client, url: 'http://boskos.example', owner: 'alice' };
  const written = { out: '', err: '' };
  const { signal } = new AbortController();
  await release(ioInto(written), connection, { name: 'lab-1', dest: 'dirty', json: false, signal });
  expect(written.out).toBe('lab-1 is given back as dirty, with disk-1\n');
});
