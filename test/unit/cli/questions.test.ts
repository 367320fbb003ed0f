import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ZodType } from 'zod';

import { deadLetters } from '../../../shared/cli/deadLetters.ts';
import { watch } from '../../../shared/cli/watch.ts';
import { MasonError } from '../../../shared/errors.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { isIdle, openTestMason, TWO_CLUSTERS, untilTick, type TestMason } from '../local/fixtures.ts';
import { ioInto, mason } from './mason.ts';

let server: TestMason;
let folder = '';
const ask = (...argv: string[]) => mason(argv, { MASON_URL: server.server.url });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-questions-'));
  server = await openTestMason();
  const idle = untilTick(server.runner, isIdle);
  await server.runner.start();
  await idle;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function file(text: string): Promise<string> {
  const path = join(folder, 'mason.yaml');
  await writeFile(path, text);
  return path;
}

describe('mason plan', () => {
  test('the config in force: nothing changes', async () => {
    const { code, out, err } = await ask('plan', await file(TWO_CLUSTERS));
    expect([code, out, err]).toEqual([0, 'No member changes.\n', '']);
  });

  test('each member that changes, what it waits for, and what it costs', async () => {
    const [cluster] = await server.runner.mason.ledger.views.records({ type: 'cluster', limit: 1 });
    const [lease] = cluster?.work?.leases ?? [];
    const changed = TWO_CLUSTERS.replace('[cluster-1, cluster-2]', '[cluster-1, cluster-3]').replace(
      lease?.name ?? '',
      'project-9',
    );
    const { code, out } = await ask('plan', await file(changed));
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'cluster: names',
      '  drain    cluster-2',
      '  create   cluster-3',
      '',
      'project: names',
      `  drain    ${lease?.name ?? ''}  later: it is parked for cluster-1`,
      '  create   project-9',
      '',
      '2 to create, 2 to drain; 1 of them later. It costs 1 build, 1 destroy.',
      '',
    ]);
  });

  test('--json: the same for programs', async () => {
    const changed = TWO_CLUSTERS.replace('cluster-2', 'cluster-3');
    const { out } = await ask('plan', await file(changed), '--json');
    expect(JSON.parse(out)).toMatchObject({
      faults: [],
      plan: { keepsSizes: true, pools: [{ type: 'cluster', builds: 1, destroys: 1, min: 2 }, {}] },
    });
  });

  test('a config that is refused: its faults by place, the exit code of check, and no plan', async () => {
    const path = await file(TWO_CLUSTERS.replace('needs: {project: 1}', 'needs: {projct: 1}'));
    const { code, out, err } = await ask('plan', path);
    expect([code, out]).toEqual([78, '']);
    expect(err).toMatch(/^.*mason\.yaml:5:13: error: /);
    expect(JSON.parse((await ask('plan', path, '--json')).out)).toMatchObject({ plan: null });
  });

  test('--ledger reads a ledger, asks no server, and leaves the ledger as it is', async () => {
    const path = join(folder, 'ledger.sqlite');
    await openLocalLedger(path, { clock: systemClock, random: systemRandom }).close();
    const config = await file('resources: [{type: a, min-count: 2, max-count: 3}]\n');
    const { code, out } = await mason(['plan', config, '--ledger', path], {
      MASON_URL: 'http://127.0.0.1:9',
    });
    expect([code, out]).toEqual([
      0,
      'a: new\n  create   2 with new names\n\n2 to create; 0 of them later. It costs 0 builds, 0 destroys.\n',
    ]);
    const ledger = openLocalLedger(path, { clock: systemClock, random: systemRandom });
    expect(await ledger.configs.types()).toEqual([]);
    await ledger.close();
  });

  test('over another server its sizes are not said', async () => {
    const path = join(folder, 'mirror.sqlite');
    await openLocalLedger(path, { clock: systemClock, random: systemRandom }).close();
    const config = await file('resources: [{type: a, min-count: 2, max-count: 3}]\n');
    const { out } = await mason(['plan', config, '--ledger', path], { MASON_BOSKOS_URL: 'http://boskos' });
    expect(out).toBe(
      'a: new\n\nThe Boskos server keeps the sizes of the pools by its own config.\nNo member changes.\n',
    );
  });

  test.each([
    [['--ledger', 'nowhere.sqlite'], 64, 'there is no such file'],
    [['--ledger', 'gs://x'], 64, 'takes a path, :memory:, firestore'],
  ])('%j: exit code %i, %s', async (flags, exit, message) => {
    const { code, out, err } = await mason(['plan', await file(TWO_CLUSTERS), ...flags]);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(message);
  });
});

describe('smaller questions', () => {
  test('pools: the table of status', async () => {
    expect((await ask('pools')).out).toBe((await ask('status')).out);
  });

  test('history: what happened, the first first', async () => {
    const { code, out } = await ask('history', 'cluster-1');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \((now|\d+ s ago)\) {2}dirty: cycle 1 begins$/,
    );
    const told = JSON.parse((await ask('history', 'cluster-1', '--json')).out) as { history: unknown[] };
    expect(told).toMatchObject({ name: 'cluster-1' });
    expect(told.history).toHaveLength(out.trimEnd().split('\n').length);
  });

  test('history of one that Mason never worked on, and of nobody', async () => {
    const records = await server.runner.mason.ledger.views.records({ type: 'project', limit: 10 });
    const idle = records.find(({ work }) => work === null);
    expect((await ask('history', idle?.name ?? '')).out).toBe(`Mason never worked on ${idle?.name ?? ''}\n`);
    const { code, err } = await ask('history', 'nobody');
    expect(code).toBe(66);
    expect(err).toContain('there is no resource "nobody"');
  });

  test('dead-letters: none', async () => {
    expect((await ask('dead-letters')).out).toBe('There are none.\n');
    expect(JSON.parse((await ask('dead-letters', '--json')).out)).toEqual({ deadLetters: [] });
  });

  test('dead-letters: what was given up, and why, in a line', async () => {
    const letter = { topic: 'recycle', data: 'cluster-1\n', deliveries: 10, error: 'no disk' };
    const answering = {
      url: '',
      isNear: true,
      get: async <Answer>(_: string, schema: ZodType<Answer>) => schema.parse({ deadLetters: [letter] }),
      post: () => Promise.reject(new Error('only asked')),
    };
    const written = { out: '', err: '' };
    await deadLetters(ioInto(written), answering, { json: false });
    expect(written.out).toBe('recycle cluster-1 : delivered 10 times in vain, the last error: no disk\n');
  });
});

describe('mason pause and resume', () => {
  test('a type is left alone, and everybody sees by whom and why', async () => {
    const paused = await ask('pause', 'cluster', '--reason', 'no quota');
    expect([paused.code, paused.out]).toEqual([
      0,
      'cluster is paused: what is under way ends, nothing new begins. To end it: mason resume cluster\n',
    ]);
    expect((await ask('status')).out).toMatch(/paused/);
    const [pool] = (JSON.parse((await ask('pools', '--json')).out) as { pools: unknown[] }).pools;
    expect(pool).toMatchObject({
      paused: true,
      pausedBy: expect.stringMatching(/^a person since \d{4}-.*Z: no quota$/),
    });
    const again = await ask('pause', 'cluster');
    expect(again.code).toBe(75);
    expect(again.err).toMatch(/cluster is paused already, by a person since \d{4}-/);
    expect((await ask('publish', 'recycle', 'cluster-1')).code).toBe(75);
    expect(await ask('resume', 'cluster')).toMatchObject({
      code: 0,
      out: 'cluster is no longer paused: it goes on within a minute\n',
    });
    expect(JSON.parse((await ask('pause', 'cluster', '--json')).out)).toEqual({
      type: 'cluster',
      paused: true,
    });
    expect(JSON.parse((await ask('resume', 'cluster', '--json')).out)).toEqual({
      type: 'cluster',
      paused: false,
    });
  });

  test.each([
    [['resume', 'cluster'], 75, 'cluster is not paused'],
    [['resume', 'nothing'], 66, 'the config in force has no type "nothing"'],
    [['pause', 'nothing'], 66, 'the config in force has no type "nothing"'],
    [['pause'], 64, "missing required argument 'type'"],
  ])('%j: exit code %i, %s', async (argv, exit, message) => {
    const { code, out, err } = await ask(...argv);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(message);
  });

  test('what the config pauses, the config resumes', async () => {
    server.setConfig(TWO_CLUSTERS.replace('max-attempts: 1', 'max-attempts: 1, paused: true'));
    await untilTick(server.runner, ({ pools }) => pools[0]?.paused === true);
    const { code, err } = await ask('resume', 'cluster');
    expect(code).toBe(75);
    expect(err).toContain('cluster is paused by its config: set mason: {paused: false} there');
    server.setConfig(TWO_CLUSTERS);
    await untilTick(server.runner, ({ pools }) => pools[0]?.paused === false);
  });
});

describe('status --watch', () => {
  const looks = (...told: readonly (string | Error)[]) => {
    const left = [...told];
    const ending = new AbortController();
    return {
      signal: ending.signal,
      look: () => {
        const next = left.shift();
        if (left.length === 0) ending.abort(new Error('enough'));
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? '');
      },
    };
  };
  const away = new MasonError('SERVER_UNREACHABLE', 'no Mason answers');

  test('shows what it sees when it changes, and nothing twice', async () => {
    const written: string[] = [];
    const io = { out: (text: string) => written.push(text), err: () => undefined, redraw: null };
    const { look, signal } = looks('a\n', 'a\n', 'b\n');
    await expect(watch(io, look, { everyMs: 1, signal })).rejects.toThrow('enough');
    expect(written).toEqual(['a\n', 'b\n']);
  });

  test('on a terminal it draws over what it drew; a server that is away is told once and waited for', async () => {
    const written: string[] = [];
    const io = {
      out: (text: string) => written.push(`out ${text}`),
      err: (text: string) => written.push(`err ${text}`),
      redraw: (text: string) => void written.push(`draw ${text}`),
    };
    const { look, signal } = looks('a\n', away, away, 'a\n');
    await expect(watch(io, look, { everyMs: 1, signal })).rejects.toThrow('enough');
    expect(written).toEqual(['draw a\n', 'err mason: no Mason answers\n', 'draw a\n']);
  });

  test.each(['LEDGER_UNAVAILABLE', 'BOSKOS_UNAVAILABLE', 'TOKEN_UNAVAILABLE'] as const)(
    '%s, too, is told once and waited for',
    async (code) => {
      const written: string[] = [];
      const io = {
        out: (text: string) => written.push(`out ${text}`),
        err: (text: string) => written.push(`err ${text}`),
        redraw: null,
      };
      const trouble = new MasonError(code, 'not now');
      const { look, signal } = looks('a\n', trouble, trouble, 'b\n');
      await expect(watch(io, look, { everyMs: 1, signal })).rejects.toThrow('enough');
      expect(written).toEqual(['out a\n', 'err mason: not now\n', 'out b\n']);
    },
  );

  test('trouble of another kind is told, too: somebody may have to do something', async () => {
    const told: string[] = [];
    const io = { out: () => undefined, err: (text: string) => told.push(text), redraw: null };
    const noToken = new MasonError('TOKEN_UNAVAILABLE', 'log in again');
    const { look, signal } = looks('a\n', away, away, noToken, noToken, 'a\n');
    await expect(watch(io, look, { everyMs: 1, signal })).rejects.toThrow('enough');
    expect(told).toEqual(['mason: no Mason answers\n', 'mason: log in again\n']);
  });

  test('what does not pass by itself is the end', async () => {
    const io = { out: () => undefined, err: () => undefined, redraw: null };
    const gone = new MasonError('NOT_FOUND', 'there is no resource "a"');
    const { look, signal } = looks('a\n', gone, 'a\n');
    await expect(watch(io, look, { everyMs: 1, signal })).rejects.toBe(gone);
  });

  test.each([away, new MasonError('TOKEN_UNAVAILABLE', 'nobody is logged in')])(
    'a first look that fails is the end: %s',
    async (error) => {
      const io = { out: () => undefined, err: () => undefined, redraw: null };
      const { look, signal } = looks(error, 'a');
      await expect(watch(io, look, { everyMs: 1, signal })).rejects.toBe(error);
    },
  );
});
