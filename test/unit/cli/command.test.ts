import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Pool } from '../../../shared/api/wire.ts';
import { isIdle, openTestMason, TWO_CLUSTERS, untilTick, type TestMason } from '../local/fixtures.ts';
import { mason, type Ran } from './mason.ts';

describe('without a server', () => {
  test('no command: help, and what is wrong is the usage', async () => {
    const { code, err } = await mason([]);
    expect(code).toBe(64);
    for (const command of [
      'check',
      'status',
      'publish',
      'retry',
      'hold',
      'unhold',
      'acquire',
      'release',
      'heartbeat',
      'run',
    ])
      expect(err).toContain(command);
  });

  test('--help lists every exit code', async () => {
    const { code, out } = await mason(['--help']);
    expect(code).toBe(0);
    for (const exit of ['0 ', '64', '66', '69', '75', '78'])
      expect(out).toMatch(new RegExp(`^  ${exit} +\\w`, 'm'));
  });

  test.each([
    [['statsu'], 'Did you mean status?'],
    [['status', '--jsno'], 'Did you mean --json?'],
    [['status', 'a', 'b'], 'too many arguments'],
    [['check'], "missing required argument 'file'"],
    [['publish', 'recycle'], "missing required argument 'name'"],
  ])('%j: %s', async (argv, message) => {
    const { code, out, err } = await mason(argv);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain(message);
    expect(err).toContain('--help');
  });

  test('schema prints the JSON Schema of a config', async () => {
    const { code, out } = await mason(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ type: 'object', required: ['resources'] });
  });

  test('nobody answers: the URL and the cure', async () => {
    const { code, err } = await mason(['status'], { MASON_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(69);
    expect(err).toMatch(/^mason: no Mason answers at http:\/\/127\.0\.0\.1:9 .*npm start.*--url/);
  });

  test.each([
    [['status', '--url', 'nonsense'], {}, '--url is "nonsense"'],
    [['status', '--url', 'file:///etc'], {}, '--url is "file:///etc"'],
    [['status'], { MASON_URL: 'localhost' }, 'MASON_URL is "localhost"'],
  ])('%j with %j: %s', async (argv, environment, message) => {
    const { code, err } = await mason(argv, environment);
    expect(code).toBe(64);
    expect(err).toContain(message);
  });
});

describe('mason check', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mason-check-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function file(text: string): Promise<string> {
    const path = join(folder, 'mason.yaml');
    await writeFile(path, text);
    return path;
  }

  test('a good file: how many types it has', async () => {
    const path = await file('resources: [{type: a, names: [a-1]}, {type: b, max-count: 2}]\n');
    expect(await mason(['check', path])).toEqual({ code: 0, out: `${path} is good: 2 types\n`, err: '' });
  });

  test('warnings let it through', async () => {
    const path = await file('resources: [{type: a, names: [a-1], colour: blue}]\n');
    const { code, out, err } = await mason(['check', path]);
    expect([code, out]).toEqual([0, `${path} is good: 1 type, 1 warning\n`]);
    expect(err).toContain(`${path}:1:37: warning: `);
  });

  test('errors: every one with its place, on stderr', async () => {
    const path = await file('resources:\n  - {type: a, min-cuont: 1}\n  - {type: b, names: [B_]}\n');
    const { code, out, err } = await mason(['check', path]);
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('Did you mean min-count?');
    expect(err).toMatch(/mason\.yaml: 3 errors\n$/);
  });

  test('--json: the same for programs, on stdout', async () => {
    const path = await file('resources: []\n');
    const { code, out, err } = await mason(['check', path, '--json']);
    expect([code, err]).toEqual([78, '']);
    expect(JSON.parse(out)).toMatchObject({
      file: path,
      good: false,
      faults: [{ severity: 'error', line: 1 }],
    });
  });

  test('knows the Masonables and cleaners of this machine', async () => {
    const path = await file(
      'resources: [{type: a, max-count: 1, config: {type: Command, content: "rnu: [x]"}}]\n',
    );
    expect((await mason(['check', path])).err).toContain('Did you mean run?');
  });

  test('warns of members that would be used unbuilt only where another Boskos makes them', async () => {
    const path = await file(
      'resources: [{type: a, max-count: 1, config: {type: Command, content: "run: [x]"}}]\n',
    );
    const alone = await mason(['check', path]);
    expect(alone).toEqual({ code: 0, out: `${path} is good: 1 type\n`, err: '' });
    const over = await mason(['check', path], { MASON_BOSKOS_URL: 'http://127.0.0.1:1' });
    expect(over).toMatchObject({ code: 0, out: `${path} is good: 1 type, 1 warning\n` });
    expect(over.err).toContain('members of this type begin as free');
  });

  test('a module that can not be loaded', async () => {
    const { code, err } = await mason(['check', await file('')], {
      MASON_MASONABLES: './no-such-module.mjs',
    });
    expect(code).toBe(78);
    expect(err).toContain('./no-such-module.mjs');
  });

  test('no such file', async () => {
    const { code, err } = await mason(['check', join(folder, 'nowhere.yaml')]);
    expect(code).toBe(66);
    expect(err).toContain('nowhere.yaml can not be read: there is no such file');
  });
});

describe('with the local server', () => {
  let server: TestMason;
  let isBroken = false;
  const ask = (...argv: string[]) => mason(argv, { MASON_URL: server.server.url });

  beforeAll(async () => {
    const construct = () =>
      isBroken
        ? Promise.reject(new Error('no quota\nin europe-west1'))
        : Promise.resolve({ done: true as const, userData: { token: 'secret-1' } });
    server = await openTestMason({ masonable: { construct } });
    const idle = untilTick(server.runner, isIdle);
    await server.runner.start();
    await idle;
  });
  afterAll(() => server.close());

  test('status: the table of pools', async () => {
    const { code, out } = await ask('status');
    expect(code).toBe(0);
    expect(out).toMatch(/^VIRTUAL +SIZE +FREE/);
    expect(out).toMatch(/^cluster +2 +2 /m);
    expect(out).toMatch(/Every pool is at its size\.\n$/);
  });

  test('status --json: the same for programs', async () => {
    const { out } = await ask('status', '--json');
    expect(JSON.parse(out)).toMatchObject({
      verdict: { kind: 'idle' },
      pools: [{ type: 'cluster', free: 2 }, {}],
    });
  });

  test('status tells the faults of a config that has turned bad', async () => {
    server.setFaults(['mason.yaml:3:5: error: no']);
    expect((await ask('status')).out).toContain('mason.yaml:3:5: error: no');
    server.setFaults([]);
  });

  test('status TYPE: its members', async () => {
    expect((await ask('status', 'cluster')).out).toBe(
      'NAME       STATE  PHASE\ncluster-1  free\ncluster-2  free\n',
    );
    const { out } = await ask('status', 'project', '--json');
    expect((JSON.parse(out) as { resources: unknown[] }).resources).toHaveLength(3);
  });

  test('status NAME: its whole story without user data', async () => {
    const { code, out } = await ask('status', 'cluster-1');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^cluster-1\n {2}type +cluster\n {2}state +free\n {2}changed +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \((now|\d+ s ago)\)\n/,
    );
    expect(out).toMatch(/ {2}phase +none/);
    expect(out).toMatch(/ {2}leases +project-\d \(project\)/);
    expect(out).toMatch(/ {2}user data +token, leasedResources \(the values: --userdata\)/);
    expect(out).toMatch(/ {2}history +\d{4}.*dirty: cycle 1 begins/);
    expect(out).not.toContain('secret-1');
  });

  test('status NAME --userdata: with it', async () => {
    const { out } = await ask('status', 'cluster-1', '--userdata');
    expect(out).toMatch(/ {2}user data +token: secret-1\n {14}leasedResources:\n {16}- project-\d\n/);
    expect((await ask('status', 'cluster-1', '--userdata', '--json')).out).toContain('"token": "secret-1"');
  });

  test('status of a parked resource: by whom it is held', async () => {
    const { out } = await ask('status', 'project');
    const parked = /^(project-\d) +(cluster-\d)$/m.exec(out);
    expect((await ask('status', parked?.[1] ?? '')).out).toContain(
      `held by     ${parked?.[2] ?? '?'} (parked)`,
    );
  });

  test('status of nobody', async () => {
    const { code, out, err } = await ask('status', 'nobody/../x');
    expect([code, out]).toEqual([66, '']);
    expect(err).toContain('no resource "nobody/../x", and no type of that name');
  });

  test('publish recycle: one round more', async () => {
    const { code, out } = await ask('publish', 'recycle', 'cluster-1');
    expect(code).toBe(0);
    expect(out).toBe('cluster-1 is recycled by order\nWhat comes of it: mason status cluster-1\n');
    await untilTick(server.runner, isIdle);
    expect((await ask('status', 'cluster-1')).out).toMatch(/ {2}cycle +2\n/);
  });

  test.each([
    [['publish', 'clean', 'cluster-1'], 75, 'not due for clean'],
    [['publish', 'recycle', 'nobody'], 66, 'no resource "nobody"'],
    [
      ['publish', 'sweep', 'cluster-1'],
      64,
      'no phase "sweep": write one of recycle, fulfill, clean, free, janitor',
    ],
    [['retry', 'cluster-1'], 75, 'cluster-1 is not in quarantine'],
    [['retry', 'nobody'], 66, 'no resource "nobody"'],
  ])('%j: exit code %i, %s', async (argv, exit, message) => {
    const { code, out, err } = await ask(...argv);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(message);
  });

  test('quarantine: the story tells why and what to do, and retry ends it', async () => {
    isBroken = true;
    await ask('publish', 'recycle', 'cluster-2');
    await untilTick(server.runner, ({ verdict }) => verdict.kind === 'stuck');
    expect((await ask('status')).out).toMatch(/^Stuck: cluster: 1 in quarantine$/m);
    const { out } = await ask('status', 'cluster-2');
    expect(out).toMatch(/ {2}state +quarantined\n/);
    expect(out).toMatch(/ {2}last error +\d{4}.* in clean:\n {14}no quota\n {14}in europe-west1\n/);
    expect(out).toMatch(/ {2}quarantine +since /);
    expect(out).toContain('mason retry cluster-2');
    isBroken = false;
    const idle = untilTick(server.runner, isIdle);
    expect(await ask('retry', 'cluster-2')).toEqual({
      code: 0,
      out: 'cluster-2 is out of quarantine and goes on with clean\n',
      err: '',
    });
    await idle;
  });

  test('hold: nobody gets it until its time or a person ends it, and the story says so', async () => {
    const held = await ask('hold', 'cluster-1', '--for', '2h', '--reason', 'its disk is odd');
    expect(held.code).toBe(0);
    expect(held.out).toMatch(
      /^cluster-1 is held until \d{4}-[\d-]+ [\d:]+ \(in (1 h|2 h)\)\nTo let it go before: mason unhold cluster-1\n$/,
    );
    const { out } = await ask('status', 'cluster-1');
    expect(out).toMatch(/ {2}state +held\n/);
    expect(out).toMatch(/ {2}on hold +since .*, until .*\n {14}its disk is odd\n {14}To let it go before/);
    expect((await ask('status')).out).toMatch(/^cluster .* held 1$/m);
    expect((await ask('publish', 'recycle', 'cluster-1')).code).toBe(75);
    expect(await ask('unhold', 'cluster-1')).toEqual({
      code: 0,
      out: 'cluster-1 is no longer held, and free\n',
      err: '',
    });
    expect((await ask('status', 'cluster-1')).out).not.toContain('on hold');
  });

  test('hold and unhold --json, and dirty again for another round', async () => {
    const { out } = await ask('hold', 'cluster-1', '--json');
    expect(JSON.parse(out)).toMatchObject({ name: 'cluster-1', state: 'held' });
    const released = await ask('unhold', 'cluster-1', '--to', 'dirty', '--json');
    expect(JSON.parse(released.out)).toEqual({ name: 'cluster-1', state: 'dirty', returned: [] });
    await untilTick(server.runner, isIdle);
  });

  test('unhold of one in quarantine gives its leases back, and says which', async () => {
    isBroken = true;
    await ask('publish', 'recycle', 'cluster-2');
    await untilTick(server.runner, ({ verdict }) => verdict.kind === 'stuck');
    expect((await ask('status', 'cluster-2')).out).toMatch(
      / {14}it keeps its leases until \d{4}-.* \(in 23 h\)\n/,
    );
    expect((await ask('hold', 'cluster-2', '--for', '48h')).out).toMatch(/^cluster-2 is quarantined until /);
    expect((await ask('unhold', 'cluster-2')).out).toMatch(
      /^cluster-2 is no longer held, and quarantined; it gave back project-\d\n$/,
    );
    isBroken = false;
    const idle = untilTick(server.runner, isIdle);
    expect((await ask('retry', 'cluster-2')).out).toContain('goes on with recycle');
    await idle;
  });

  test.each([
    [['hold', 'nobody'], 66, 'no resource "nobody"'],
    [['hold', 'cluster-1', '--for', 'soon'], 64, 'It is a duration such as 90m or 2h'],
    [['hold', 'cluster-1', '--for', '0'], 64, 'It is a duration such as 90m or 2h'],
    [['hold', 'cluster-1', '--for', '9000h'], 65, 'forMs: '],
    [['unhold', 'cluster-1'], 75, 'cluster-1 is not held'],
    [['unhold', 'cluster-1', '--to', 'busy'], 64, 'Allowed choices are free, dirty'],
    [['unhold', 'nobody'], 66, 'no resource "nobody"'],
  ])('%j: exit code %i, %s', async (argv, exit, message) => {
    const { code, out, err } = await ask(...argv);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(message);
  });

  test('hold of what is parked is refused', async () => {
    const parked = /^(project-\d) +cluster-\d$/m.exec((await ask('status', 'project')).out)?.[1] ?? '';
    const { code, err } = await ask('hold', parked);
    expect(code).toBe(75);
    expect(err).toContain('neither free nor in quarantine');
  });
});

describe('what was part of a failure', () => {
  test('is set aside with the reason, and dirty again after retry', async () => {
    const settings = '{max-attempts: 1, quarantine-hold: 0, suspect-after: 1}';
    const config = TWO_CLUSTERS.replace('{max-attempts: 1}', settings);
    const construct = () => Promise.reject(new Error('no quota'));
    const server = await openTestMason({ config, masonable: { construct } });
    const ask = (...argv: string[]) => mason(argv, { MASON_URL: server.server.url });
    const stuck = untilTick(server.runner, ({ pools }) => pools.some(isSetAside));
    await server.runner.start();
    await stuck;
    const { out } = await ask('status', 'project');
    const name = /^(project-\d) +quarantined/m.exec(out)?.[1] ?? '';
    const story = (await ask('status', name)).out;
    expect(story).toMatch(/ {14}part of a failure: cluster-\d in cycle 1\n {14}Remove the cause/);
    expect((await ask('retry', name)).out).toBe(`${name} is out of quarantine and is dirty\n`);
    await server.close();
  });

  const isSetAside = ({ kind, quarantined }: Pool): boolean => kind === 'physical' && quarantined === 2;
});

describe('with something else that answers', () => {
  let asked: string | undefined;
  async function answered(status: number, body: string, path = '/'): Promise<Ran> {
    const other = createServer(({ url }, response) => {
      asked = url;
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const ran = await mason(['status', '--url', `http://127.0.0.1:${port}${path}`]);
    await new Promise((resolve) => other.close(resolve));
    return ran;
  }

  test.each([
    [200, '<html>'],
    [200, '{"pools": 3}'],
    [404, 'not found'],
    [500, '{"error": "no"}'],
  ])('%i %s: it is no Mason', async (status, body) => {
    const { code, err } = await answered(status, body);
    expect(code).toBe(69);
    expect(err).toMatch(/what answers at http:\/\/127\.0\.0\.1:\d+ is no Mason.* at the URL of its console/);
  });

  test.each([
    ['/', '/mason/v1/'],
    ['/console', '/mason/v1/'],
    ['/console/', '/mason/v1/'],
    ['/console?type=cluster', '/mason/v1/'],
    ['/behind/console', '/behind/mason/v1/'],
    ['/consoles', '/consoles/mason/v1/'],
  ])('--url …%s: what is asked is below %s', async (path, below) => {
    await answered(200, '', path);
    expect(asked?.startsWith(below)).toBe(true);
  });

  test.each([
    [500, 'INTERNAL', 69],
    [403, 'FORBIDDEN', 78],
    [405, 'METHOD_NOT_ALLOWED', 75],
  ])('%i %s, a code that is no error of ours: exit code %i', async (status, code, exit) => {
    const ran = await answered(status, JSON.stringify({ error: { code, message: 'why' } }));
    expect(ran).toEqual({ code: exit, out: '', err: 'mason: why\n' });
  });

  test('an error of the server is told with its exit code', async () => {
    const error = { code: 'LEDGER_UNAVAILABLE', message: 'the disk is full' };
    expect(await answered(503, JSON.stringify({ error }))).toEqual({
      code: 69,
      out: '',
      err: 'mason: the disk is full\n',
    });
  });
});
