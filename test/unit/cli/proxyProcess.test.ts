import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterEach, expect, test } from '@jest/globals';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { withAuth } from '../../../functions/boskos/auth/auth.ts';
import { overNode } from '../../../shared/http/overHttp.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { readEnvironment } from '../../../shared/runtime/environment.ts';
import { call } from '../../contract/boskosWire/call.ts';
import { usersOf } from '../../contract/boskosWire/wire.ts';
import { openWorld, physical } from '../../contract/ledger/world.ts';

const main = fileURLToPath(new URL('../../../shared/cli/main.ts', import.meta.url));
const SERVICE_ACCOUNT = 'ci@team.iam.gserviceaccount.com';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Ran {
  readonly process: ChildProcess;
  readonly said: { out: string; err: string };
  /** The first line of its output. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<number | null>;
}

/** Runs `mason proxy` on a machine that has no credentials but those of the test. */
function startProxy(argv: readonly string[], environment: Record<string, string> = {}): Ran {
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, main, 'proxy', '--port', '0', ...argv], {
    env: { PATH: '/nowhere', HOME: '/nowhere', METADATA_SERVER_DETECTION: 'none', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  closers.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const firstLine = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  return { process: child, said, firstLine, ended };
}

const tokenOf = (claims: object): string =>
  ['{}', JSON.stringify({ exp: 4e9, ...claims }), 'signed']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

/** As Compute Engine's: the token is for the audience that is asked for. */
const metadataServer: RequestListener = ({ url = '' }, response) => {
  const asked = new URL(url, 'http://metadata');
  const isIdentity = asked.pathname.endsWith('/service-accounts/default/identity');
  const audience = asked.searchParams.get('audience');
  response.setHeader('metadata-flavor', 'Google');
  response.end(isIdentity ? tokenOf({ email: SERVICE_ACCOUNT, email_verified: true, aud: audience }) : '{}');
};

/** As Cloud Run's front: lets in who has a token for this service, and takes its signature away. */
const frontOf =
  (inner: RequestListener): RequestListener =>
  (request, response) => {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    const [head, payload = '', signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as { aud?: string };
    const isGood =
      scheme === 'Bearer' && signature !== undefined && claims.aud === `http://${request.headers.host ?? ''}`;
    if (!isGood) {
      response.writeHead(401).end('<html>');
      return;
    }
    request.headers.authorization = `Bearer ${head ?? ''}.${payload}.SIGNATURE_REMOVED_BY_GOOGLE`;
    inner(request, response);
  };

test('a client that knows nothing of tokens works on a server behind IAM, as itself alone; Ctrl-C ends it', async () => {
  const { world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  );
  closers.push(close);
  await world.configure(physical('project', ['p-1']));
  const log = (): void => undefined;
  const environment = readEnvironment({
    MASON_CONFIG: 'a.yaml',
    MASON_LEDGER: ':memory:',
    MASON_OWNER_PATTERN: '{local},{local}/*',
  });
  const parts = {
    clock: { monotonic: () => 0 },
    log,
    readFile: () => Promise.reject(new Error('there is none')),
  };
  const { views } = world.ledger;
  const listen = overNode(
    withAuth(environment, parts, createBoskosHandler({ users: usersOf(world.ledger, log), views, log })),
  );
  const cloudRun = await serving(frontOf((request, response) => void listen(request, response)));
  const proxy = startProxy(['--url', `http://${cloudRun}/`], {
    METADATA_SERVER_DETECTION: 'assume-present',
    GCE_METADATA_HOST: await serving(metadataServer),
  });
  const [, url = ''] = /^(http:\/\/127\.0\.0\.1:\d+) leads to /.exec(await proxy.firstLine) ?? [];

  expect(await call(`http://${cloudRun}`, 'GET /metric?type=project')).toMatchObject({ status: 401 });
  const headers = { authorization: 'Basic b2xkOnNlY3JldA==' };
  const acquire = 'POST /acquire?type=project&state=free&dest=busy&owner=';
  expect(await call(url, `${acquire}bob`, { headers })).toMatchObject({
    status: 403,
    body: `owner bob is not for ${SERVICE_ACCOUNT}, who may use ci or ci/*\n`,
  });
  expect(await world.record('p-1')).toMatchObject({ state: 'free', owner: '' });
  expect(await call(url, `${acquire}ci/7`, { headers })).toMatchObject({ status: 200 });
  expect(await world.record('p-1')).toMatchObject({ state: 'busy', owner: 'ci/7' });

  proxy.process.kill('SIGINT');
  expect([await proxy.ended, proxy.said.err]).toEqual([0, '']);
});

test('SIGINT lets a call under way end', async () => {
  const reached = Promise.withResolvers<() => void>();
  const target = await serving((_, response) => {
    reached.resolve(() => response.end('late'));
  });
  const proxy = startProxy(['--url', `http://${target}`, '--token-command', `echo ${tokenOf({})}`], {
    PATH: process.env['PATH'] ?? '',
  });
  const [url = ''] = (await proxy.firstLine).split(' ');
  const answer = call(url, 'GET /');
  const finish = await reached.promise;
  proxy.process.kill('SIGINT');
  // It is on its way out: it takes nobody new.
  await expect(untilRefused(url)).resolves.toBe('ECONNREFUSED');
  finish();
  expect(await answer).toMatchObject({ status: 200, body: 'late' });
  expect(await proxy.ended).toBe(0);
});

async function untilRefused(url: string): Promise<unknown> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const asked = call(url, 'GET /', { headers: { host: 'nobody' } });
    const code = await asked.then(
      () => null,
      (error: unknown) => (error as { code?: string }).code,
    );
    if (code === 'ECONNREFUSED') return code;
  }
  throw new Error('it still takes calls');
}

test.each([
  [['--url', 'http://a.example'], 64, 'in the clear'],
  [['--url', 'https://a.example', '--port', '70000'], 64, 'It is a number from 0 to 65535.'],
  [[], 64, "required option '--url <url>' not specified"],
  [['--url', 'https://a.example'], 77, 'gcloud: there is no such program on this machine'],
  [
    ['--url', 'https://a.example', '--impersonate', 'a@b.example'],
    77,
    'credentials of this machine as a@b.example',
  ],
  [
    ['--url', 'https://a.example', '--token-command', 'echo out; echo logged out >&2; exit 3'],
    77,
    '--token-command: logged out',
  ],
])('%j: exit code %i, %s', async (argv, code, message) => {
  const proxy = startProxy(argv);
  proxy.firstLine.catch(() => undefined);
  expect([await proxy.ended, proxy.said.out]).toEqual([code, '']);
  expect(proxy.said.err).toContain(message);
});
