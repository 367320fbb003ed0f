import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { listens } from '../../shared/cloud/local/listens.ts';
import { endPrograms, startProgram, type CloudProgram, type Said } from '../support/cloudProgram.ts';
import { until } from '../support/until.ts';

const SAMPLE = fileURLToPath(new URL('../../infra/examples/cloud/resources.yaml', import.meta.url));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-cloud-'));
});
afterEach(async () => {
  await endPrograms();
  await rm(folder, { recursive: true, force: true });
});

const start = (...flags: string[]): CloudProgram =>
  startProgram({ folder }, '--config', SAMPLE, '--port', '0', '--every', '1s', ...flags);

/** Every address that it has told of: emulators, functions and its own. */
function addressesOf({ said }: CloudProgram): string[] {
  const told = said.map(({ message = '', url = '' }) => `${message} ${String(url)}`).join('\n');
  const hosts = [...told.matchAll(/127\.0\.0\.1:\d+/g)].map(([host]) => host);
  const ports = /ports: (.*)/.exec(told)?.[1]?.match(/\d+/g) ?? [];
  return [...new Set([...hosts, ...ports.map((port) => `127.0.0.1:${port}`)])];
}

const isStarted = ({ event }: Said): boolean => event === 'started';

const isAtRest = ({ event, verdict }: Said): boolean =>
  event === 'pools' && (verdict as { kind: string }).kind === 'idle';

async function mustBeGone(addresses: readonly string[]): Promise<void> {
  // Two emulators, six functions and its own server.
  expect(addresses).toHaveLength(9);
  await until(async () => !(await Promise.all(addresses.map(listens))).some(Boolean));
}

test('it builds its sample, takes orders by gcloud and by curl, and Ctrl-C ends all of it', async () => {
  const program = start();
  const url = String((await program.hear(isStarted))['url']);
  await program.hear(isAtRest);
  const ask = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const order = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const response = await fetch(`${url}/mason/v1/${path}`, body === undefined ? {} : order);
    return (await response.json()) as Record<string, unknown>;
  };
  const isAgain = async (name: string): Promise<boolean> => {
    const { state, work } = await ask(`resources/${name}`);
    return state === 'free' && (work as { cycle: number }).cycle === 2;
  };
  const { resources } = await ask('resources?type=sandbox');
  const ordered = (resources as { name: string }[])[0]?.name ?? '';

  // As the hints of the program say it, in a shell.
  await promisify(execFile)(
    'sh',
    ['-c', `. .mason/cloud.env && gcloud pubsub topics publish mason-recycle --message=${ordered}`],
    { cwd: folder },
  );
  await until(() => isAgain(ordered));

  const acquired = await ask('acquire', { type: 'cluster' });
  expect(acquired).toMatchObject({ type: 'cluster', state: 'in-use', owner: 'somebody' });
  expect(acquired['userData']).toMatchObject({ endpoint: expect.stringMatching(/-1\.example$/) });
  const name = String(acquired['name']);
  expect(await ask('release', { name, owner: 'else' })).toMatchObject({ error: { code: 'REFUSED' } });
  expect(await ask('release', { name })).toMatchObject({ name, state: 'dirty' });
  await until(() => isAgain(name));
  expect(await ask('acquire', { type: 'nothing' })).toMatchObject({ error: { code: 'NOT_FOUND' } });

  const shell = await readFile(join(folder, '.mason', 'cloud.env'), 'utf8');
  expect(shell).toContain(`export MASON_URL=${url}\n`);
  program.kill('SIGINT');
  expect(await program.exited).toBe(0);
  expect(program.said.at(-1)).toMatchObject({ event: 'ended', reason: 'signal', forgets: true });
  expect(program.stderr()).toBe('');
  await mustBeGone(addressesOf(program));
});

test('kill -9 ends all of it', async () => {
  const program = start();
  await program.hear(isStarted);
  program.kill('SIGKILL');
  expect(await program.exited).toBe('SIGKILL');
  await mustBeGone(addressesOf(program));
});

test('SIGTERM while the emulators are being started ends it as well', async () => {
  const program = start();
  await program.hear(({ event }) => event === 'starting');
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});

describe('what can not start', () => {
  test('64: without gcloud and java, and both are named', async () => {
    const program = startProgram({ folder, path: folder }, '--config', SAMPLE);
    expect(await program.exited).toBe(64);
    expect(program.stderr()).toMatch(/lacks:\n {2}gcloud .*\n {2}java /);
    expect(program.said).toEqual([]);
  });

  test('64: a port in use, and nothing was begun', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const program = startProgram({ folder }, '--config', SAMPLE, '--port', String(port));
    expect(await program.exited).toBe(64);
    expect(program.stderr()).toContain(`port ${port} is in use`);
    expect(program.said).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });

  test('66: no such config', async () => {
    const program = startProgram({ folder }, '--config', 'nowhere.yaml');
    expect(await program.exited).toBe(66);
  });
});
