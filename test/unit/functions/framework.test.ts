import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getFunction } from '@google-cloud/functions-framework/testing';
import { build } from 'esbuild';

import { functionsBundles } from '../../../.config/build.mjs';
import '../../../functions/index.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { TOPICS, type Topic } from '../../../shared/topics/port.ts';
import { configOf, physical } from '../../support/worldConfig.ts';
import { until } from '../../support/until.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const FRAMEWORK = '@google-cloud/functions-framework';

const CONFIG = configOf(physical('project', 2), {
  type: 'cluster',
  state: 'dirty',
  'min-count': 1,
  'max-count': 1,
  needs: { project: 1 },
  config: { type: 'Command', content: `run: [echo, '{"secret": "of the cluster"}']` },
});

/** The bundle as it is deployed, each entry point in a process of its own, all on one ledger. */
let folder = '';
let ledger: Ledger;
/** An OpenTelemetry collector, and the names of the spans that came. */
const collector = createHttpServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    spans.push(...[...body.matchAll(/"name":"(mason[.]\w+)"/g)].map(([, name = '']) => name));
    response.end('{}');
  });
});
const spans: string[] = [];
const servers = new Map<Topic, { child: ChildProcess; url: string; output: string[] }>();

beforeAll(async () => {
  // Below the project's own modules, so that the framework, which stays outside of the bundle, is found.
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'mason-functions-'));
  await writeFile(join(folder, 'package.json'), '{"type": "commonjs"}');
  await writeFile(join(folder, 'resources.yaml'), CONFIG);
  const bundles = await Promise.all(functionsBundles(folder).map((options) => build(options)));
  for (const { outputFiles = [] } of bundles)
    for (const { path, contents } of outputFiles) await writeFile(path, contents);
  ledger = openLocalLedger(join(folder, 'ledger.db'), { clock: systemClock, random: systemRandom });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  await Promise.all((['sync', 'recycle'] as const).map(start));
});

afterAll(async () => {
  const children = [...servers.values()].map(({ child }) => child);
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
  collector.closeAllConnections();
  collector.close();
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(topic: Topic): Promise<void> {
  const port = await freePort();
  const main = join(root, 'node_modules', FRAMEWORK, 'build', 'src', 'main.js');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, `--source=${folder}`, `--target=${topic}`],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        HOST: '127.0.0.1',
        MASON_CONFIG: join(folder, 'resources.yaml'),
        MASON_LEDGER: join(folder, 'ledger.db'),
        MASON_COMMANDS: 'on',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const url = `http://127.0.0.1:${port}/`;
  servers.set(topic, { child, url, output });
  await until(
    () =>
      fetch(url, { method: 'HEAD' }).then(
        () => true,
        () => false,
      ),
    () => output.join(''),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** As Eventarc delivers a Pub/Sub message: a CloudEvent in binary mode. */
async function push(topic: Topic, message: Readonly<Record<string, unknown>>): Promise<number> {
  const time = new Date().toISOString();
  const response = await fetch(servers.get(topic)?.url ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'ce-id': '1',
      'ce-specversion': '1.0',
      'ce-time': time,
      'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
      'ce-source': `//pubsub.googleapis.com/projects/p/topics/mason-${topic}`,
    },
    body: JSON.stringify({
      message: { messageId: '1', publishTime: time, ...message },
      subscription: 'projects/p/subscriptions/s',
    }),
  });
  await response.arrayBuffer();
  return response.status;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const cluster = async () => (await ledger.views.records({ type: 'cluster', limit: 1 }))[0];
const story = (): string => [...servers.values()].map(({ output }) => output.join('')).join('\n');

test.each(TOPICS)('the entry point %s is registered under its topic’s name', (topic) => {
  expect(getFunction(topic)).toBeInstanceOf(Function);
});

test('what only some environments need is not loaded before it is used', () => {
  const loadedBy = (program: string): string[] => {
    const shown = 'console.log(JSON.stringify(Object.keys(require.cache)))';
    const output = execFileSync(process.execPath, ['-e', `${program}; ${shown}`], {
      cwd: folder,
      encoding: 'utf8',
    });
    const files = JSON.parse(output) as string[];
    return files.filter((file) => dirname(file) === folder).map((file) => basename(file));
  };
  expect(loadedBy('require("./index.js")')).toEqual(['index.js']);
  expect(loadedBy('require("./opentelemetry.js")["@opentelemetry/api"]().trace.getTracer("a")')).toEqual([
    'opentelemetry.js',
  ]);
  expect(loadedBy('new (require("./google.js")["@google-cloud/firestore"]().Firestore)()')).toEqual([
    'google.js',
  ]);
});

test('the Scheduler’s message to sync takes a cluster from nothing to free', async () => {
  expect(await push('sync', { data: base64('*') })).toBe(204);
  await until(async () => (await cluster())?.state === 'free', story);
  expect(await cluster()).toMatchObject({
    owner: '',
    userData: { secret: 'of the cluster', leasedResources: '- project-1\n' },
    work: { phase: null, cycle: 1 },
  });
});

test('where a collector is named, each of these messages was a span', async () => {
  const names = ['sync', 'recycle', 'fulfill', 'clean', 'free'].map((topic) => `mason.${topic}`);
  await until(() => names.every((name) => spans.includes(name)), story);
});

test('a person’s bare name on recycle takes it round again, in another process', async () => {
  const name = (await cluster())?.name ?? '';
  expect(await push('recycle', { data: base64(name) })).toBe(204);
  await until(async () => (await cluster())?.work?.phase === null, story);
  expect(await cluster()).toMatchObject({ name, state: 'free', work: { cycle: 2 } });
});

test('a message that is stale, of nobody, or no name is answered well: it need not come again', async () => {
  const before = await cluster();
  const name = before?.name ?? '';
  const attributes = { type: 'cluster', cycle: '1', phase: 'recycle' };
  expect(await push('recycle', { data: base64(name), attributes })).toBe(204);
  expect(await push('recycle', { data: base64('nobody') })).toBe(204);
  expect(await push('recycle', { data: base64('NO NAME') })).toBe(204);
  expect(await cluster()).toEqual(before);
});

test.each([
  ['without data', { attributes: { cycle: '1' } }],
  ['with empty data', { data: '' }],
  ['with half of the system’s attributes', { data: base64('nobody'), attributes: { phase: 'recycle' } }],
])(
  'a message %s is answered with an error: it comes again, and ends as a dead letter',
  async (_, message) => {
    expect(await push('recycle', message)).toBe(500);
  },
);

test('the log is one JSON object a line, and user data is never in it', () => {
  const lines = [...servers.values()]
    .flatMap(({ output }) => output.join('').split('\n'))
    .filter((line) => line.startsWith('{'));
  const entries = lines.map((line) => JSON.parse(line) as { severity: string; event: string });
  expect(entries.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['made', 'constructed', 'ordered']),
  );
  expect(lines.join('\n')).not.toContain('of the cluster');
});
