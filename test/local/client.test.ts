import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { MasonClient } from '../../shared/client/masonClient.ts';
import { until } from '../support/until.ts';
import { freePort } from './boskosServer.ts';
import { killAll, root, startMason, type Exit, type RunningMason } from './processes.ts';

let folder = '';
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-client-'));
});
afterEach(async () => {
  await killAll();
  for (const child of children) killGroup(child, 'SIGKILL');
  children = [];
  // What a killed mason has left running.
  const orphan = await readFile(join(folder, 'pid'), 'utf8').catch(() => '');
  if (orphan !== '') killGroup({ pid: Number(orphan) }, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const CLUSTERS = ['cluster-1', 'cluster-2', 'cluster-3', 'cluster-4'];
const CONFIG = `resources:
  - type: cluster
    state: dirty
    names: [${CLUSTERS.join(', ')}]
    needs: {project: 1, host: 1}
    config: {type: Command, content: 'run: [printf, "{\\"url\\": \\"http://built\\"}"]'}
  - {type: project, names: [project-1, project-2, project-3, project-4, project-5], mason: {janitor: {type: None}}}
  - {type: host, names: [host-1, host-2, host-3, host-4, host-5], mason: {janitor: {type: None}}}
`;

interface Server {
  readonly url: string;
  /** As it runs now. */
  readonly running: () => RunningMason;
  /** kill -9, and the same again. */
  readonly restart: () => Promise<void>;
}

async function startServer(leaseExpiry: string): Promise<Server> {
  const config = join(folder, 'resources.yaml');
  await writeFile(config, CONFIG);
  const port = await freePort();
  const start = async (): Promise<RunningMason> => {
    const flags = ['--config', config, '--data', join(folder, 'data'), '--lease-expiry', leaseExpiry];
    const started = startMason(...flags, '--port', String(port));
    await started.url();
    return started;
  };
  let running = await start();
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await restless(url)).length === 0);
  return {
    url,
    running: () => running,
    async restart() {
      running.kill('SIGKILL');
      await running.exited;
      running = await start();
    },
  };
}

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly owner: string;
  readonly lastupdate: string;
}

async function resources(url: string): Promise<readonly Shown[]> {
  const response = await fetch(`${url}/resources`);
  return ((await response.json()) as { resources: readonly Shown[] }).resources;
}

/** What is neither free nor parked under a free cluster. */
async function restless(url: string): Promise<string[]> {
  const all = await resources(url);
  if (all.length === 0) return ['nothing is there yet'];
  const parked = CLUSTERS.map((name) => all.filter(({ state }) => state === name).length);
  return [
    ...all
      .filter(({ state, owner }) => owner !== '' || (state !== 'free' && !CLUSTERS.includes(state)))
      .map(({ name, state, owner }) => `${name} is ${state}, owner "${owner}"`),
    ...parked.flatMap((count, at) => (count === 2 ? [] : [`${CLUSTERS[at] ?? ''} has ${count}`])),
  ];
}

async function mustRest(url: string): Promise<void> {
  let last: string[] = [];
  const isAtRest = async (): Promise<boolean> => {
    last = await restless(url);
    return last.length === 0;
  };
  await until(isAtRest).catch(() => undefined);
  expect(last).toEqual([]);
}

interface Script {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly out: () => string;
  readonly err: () => string;
}

/** A shell script that calls mason, as a pipeline has it, in a process group of its own. */
function startScript(url: string, text: string): Script {
  const child = spawn('sh', ['-c', text], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      MASON_URL: url,
      MASON_OWNER: 'ci',
      MASON: join(root, 'dist', 'mason.js'),
      NODE: process.execPath,
    },
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => (out += data));
  child.stderr.setEncoding('utf8').on('data', (data: string) => (err += data));
  const exited = once(child, 'close').then(([code, signal]): Exit => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return { child, exited, out: () => out, err: () => err };
}

function killGroup({ pid }: { readonly pid?: number | undefined }, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It is gone.
  }
}

const held = async (url: string): Promise<readonly Shown[]> =>
  (await resources(url)).filter(({ owner }) => /^ci(\/|$)/.test(owner));

test('mason run in a script: the command sees the user data, and its exit code is kept', async () => {
  const { url } = await startServer('30m');
  const script = startScript(
    url,
    `"$NODE" "$MASON" run cluster --wait 4m -- sh -c 'echo "$MASON_RESOURCE_NAME $MASON_DATA_URL"; cat "$MASON_DATA_FILE"; exit 7'
     echo "code $?"`,
  );
  expect((await script.exited).code).toBe(0);
  expect(script.out()).toMatch(
    /^cluster-\d http:\/\/built\n\{[^}]*"url": "http:\/\/built"[^}]*\}\ncode 7\n$/,
  );
  await mustRest(url);
});

test('mason run, killed with -9: signs of life kept its lease, and without them it comes back', async () => {
  const { url, running } = await startServer('4s');
  const script = startScript(
    url,
    `exec "$NODE" "$MASON" run cluster --interval 200ms -- sh -c 'echo $$ > pid; exec sleep 600'`,
  );
  await until(async () => (await held(url)).length === 3);
  const [first] = await held(url);
  const since = Date.parse(first?.lastupdate ?? '');
  // For longer than the lease expiry.
  const areKept = async (): Promise<boolean> =>
    (await held(url)).every(({ lastupdate }) => Date.parse(lastupdate) > since + 8_000);
  await until(areKept);
  expect(running().said.filter(({ event }) => event === 'reaped')).toEqual([]);
  script.child.kill('SIGKILL');
  await until(async () => (await held(url)).length === 0);
  expect(await running().hear('reaped')).toBeDefined();
  await mustRest(url);
});

test('mason run, at Ctrl-C: the command is told once, and everything is given back at once', async () => {
  const { url } = await startServer('30m');
  const told = join(folder, 'told');
  const script = startScript(
    url,
    `exec "$NODE" "$MASON" run cluster -- sh -c 'trap "echo int >> ${told}; exit 9" INT; echo ready > ${told}; while :; do sleep 0.05; done'`,
  );
  await until(async () => (await readFile(told, 'utf8').catch(() => '')) !== '');
  killGroup(script.child, 'SIGINT');
  expect(await script.exited).toEqual({ code: 9, signal: null });
  expect(await held(url)).toEqual([]);
  expect(await readFile(told, 'utf8')).toBe('ready\nint\n');
  expect(script.err()).toContain('is given back');
  await mustRest(url);
});

test('mason run, ended while it waits: it has nothing, and the exit code of the signal', async () => {
  const { url } = await startServer('30m');
  const holder = startScript(
    url,
    `for n in 1 2 3 4; do "$NODE" "$MASON" acquire cluster --owner other; done`,
  );
  await holder.exited;
  const script = startScript(url, `exec "$NODE" "$MASON" run cluster --wait 10m -- touch ran`);
  await until(() => script.err().includes('place 1 of 1 in the queue'));
  killGroup(script.child, 'SIGTERM');
  expect(await script.exited).toEqual({ code: 143, signal: null });
  expect(await held(url)).toEqual([]);
  await expect(readFile(join(folder, 'ran'))).rejects.toThrow('ENOENT');
});

test('acquire, heartbeat and release, each a process of its own', async () => {
  const { url } = await startServer('30m');
  const script = startScript(
    url,
    `set -e
     NAME=$("$NODE" "$MASON" acquire cluster)
     "$NODE" "$MASON" heartbeat "$NAME" --interval 200ms --json > beats & HEART=$!
     while [ ! -e ${folder}/enough ]; do sleep 0.05; done
     kill "$HEART"; wait "$HEART" || echo "heart $?"
     "$NODE" "$MASON" release "$NAME"`,
  );
  await until(
    async () => (await readFile(join(folder, 'beats'), 'utf8').catch(() => '')).split('\n').length > 5,
  );
  await writeFile(join(folder, 'enough'), '');
  expect((await script.exited).code).toBe(0);
  expect(script.out()).toMatch(
    /^heart 143\ncluster-\d is given back as dirty, with (project|host)-\d, (project|host)-\d\n$/,
  );
  await mustRest(url);
});

test('two clients with 50 uses each, while the server is killed and started again: nothing is left held', async () => {
  // So that nothing comes back by its expiry.
  const server = await startServer('30m');
  const clients = ['one', 'two'].map((owner) => new MasonClient({ url: server.url, owner, poll: 200 }));
  const inUse = new Set<string>();
  let done = 0;
  const uses = clients.flatMap((client) =>
    Array.from({ length: 50 }, async (_, at) => {
      const options = { wait: 100_000, releaseAs: at % 10 === 0 ? 'dirty' : 'free' };
      await client.using('cluster', options, async ({ name, leased }) => {
        expect(inUse).not.toContain(name);
        inUse.add(name);
        expect(leased).toHaveLength(2);
        await new Promise(setImmediate);
        inUse.delete(name);
      });
      done += 1;
    }),
  );
  const all = Promise.all(uses);
  for (const count of [10, 30, 60]) {
    await Promise.race([until(() => done >= count), all]);
    await server.restart();
  }
  await all;
  expect(done).toBe(100);
  await mustRest(server.url);
});

test('the client as it is packed: it loads yaml and zod, and no library of Google', async () => {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, { readonly default: string }>;
  };
  const text = await readFile(join(root, exports['.']?.default ?? ''), 'utf8');
  const loaded = new Set([...text.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, name]) => name));
  expect([...loaded].sort()).toEqual(['node:crypto', 'yaml', 'zod']);
});
