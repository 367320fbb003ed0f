import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { defaultOwner } from '../../../shared/cli/leases/owner.ts';
import { withDataFile } from '../../../shared/cli/leases/run/dataFile.ts';
import { findProgram } from '../../../shared/cli/leases/run/findProgram.ts';
import { dataVariables, withoutData } from '../../../shared/cli/leases/run/variables.ts';
import { runCommand } from '../../../shared/cli/runCommand.ts';
import { unpainted } from '../../../shared/local/view/paint.ts';
import { openOriginal, openOurs, type Stage } from '../../contract/client/stage.ts';

const main = fileURLToPath(new URL('../../../shared/cli/main.ts', import.meta.url));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function mason(
  argv: readonly string[],
  environment: Record<string, string> = {},
  onErr: (text: string) => void = () => undefined,
): Promise<Ran> {
  const written = { out: '', err: '' };
  const code = await runCommand(argv, {
    out: (text) => (written.out += text),
    err(text) {
      written.err += text;
      onErr(text);
    },
    environment: { MASON_OWNER: 'alice', PATH: process.env['PATH'] ?? '', ...environment },
    directory: process.cwd(),
    now: () => Date.now(),
    columns: 100,
    redraw: null,
    paint: unpainted,
  });
  return { code, ...written };
}

describe.each([
  ["Mason's server", openOurs],
  ["the model of the original's server", openOriginal],
])('on %s', (_, open) => {
  let stage: Stage;
  let folder = '';
  beforeEach(async () => {
    stage = await open();
    folder = await mkdtemp(join(tmpdir(), 'mason-unit-'));
  });
  afterEach(async () => {
    await stage.close();
    await rm(folder, { recursive: true });
  });
  const ask = (...argv: string[]): Promise<Ran> => mason(argv, { MASON_URL: stage.url });

  test('acquire: the name alone on standard output, all else for people', async () => {
    const { code, out, err } = await ask('acquire', 'cluster');
    expect([code, out]).toEqual([0, 'cluster-1\n']);
    expect(err).toContain("mason: cluster-1 (cluster) is alice's, with project-1, host-1\n");
    expect(err).toMatch(/its user data: .*url.* \(the values: --json\)/);
    expect(err).not.toContain('http://built');
    expect(err).toContain(`mason release cluster-1 --url ${stage.url}\n`);
  });

  test('acquire for another owner: what is to be typed names him', async () => {
    const { err } = await ask('acquire', 'cluster', '--owner', 'bob');
    const given = `cluster-1 --owner bob --url ${stage.url}`;
    expect(err).toContain(`mason heartbeat ${given}; to give it back: mason release ${given}\n`);
  });

  test('acquire --json: all of it', async () => {
    const { out } = await ask('acquire', 'cluster', '--json', '--owner', 'bob', '--dest', 'mine');
    expect(JSON.parse(out)).toMatchObject({
      type: 'cluster',
      name: 'cluster-1',
      state: 'mine',
      owner: 'bob',
      userData: { url: 'http://built' },
      leased: [{ type: 'project', name: 'project-1' }, { name: 'host-1' }],
    });
  });

  test('release in another process, of all that it is made of', async () => {
    await ask('acquire', 'cluster');
    expect(await ask('release', 'cluster-1')).toEqual({
      code: 0,
      out: 'cluster-1 is given back as dirty, with project-1, host-1\n',
      err: '',
    });
    expect((await stage.all()).filter((line) => line.endsWith('alice'))).toEqual([]);
    await ask('acquire', 'token');
    const { out } = await ask('release', 'token-1', '--dest', 'free', '--json');
    expect(JSON.parse(out)).toMatchObject({ name: 'token-1', leased: [], complete: true });
  });

  test('acquire --wait: who waits is told so, and for how long it was in vain', async () => {
    const { code, out, err } = await ask('acquire', 'spare', '--wait', '2s');
    expect([code, out]).toEqual([75, '']);
    expect(err).toMatch(/^mason: no spare is free: waiting(, place 1 of 1 in the queue)?\n/);
    expect(err).toContain('mason: no resource of type "spare" was free within 2 s\n');
  });

  test.each([
    [['acquire', 'spare'], 75, 'no resource of type "spare" was free. To wait in the queue: --wait 10m'],
    [['acquire', 'clutser'], 66, 'the server has no resource of type "clutser". mason status lists'],
    [['release', 'cluster-9'], 66, 'there is no resource "cluster-9"'],
    [
      ['release', 'cluster-1'],
      76,
      'nobody holds it. Another owner than alice: --owner. To end a hold: mason unhold',
    ],
    [['heartbeat', 'cluster-1'], 76, 'cluster-1 is not held by alice: nobody holds it'],
    [['run', 'spare', '--', 'true'], 75, 'no resource of type "spare" was free'],
    [
      ['run', 'cluster', '--', 'no-such-program'],
      127,
      'no program "no-such-program", so nothing was acquired',
    ],
    [['run', 'cluster', '--', 'make test'], 127, '-- sh -c "make test"'],
  ])('%j: exit code %i, %s', async (argv, exit, message) => {
    const before = await stage.all();
    const { code, out, err } = await ask(...argv);
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(message);
    expect(await stage.all()).toEqual(before);
  });

  test('run: the command finds the resource, its user data and its server, and its exit code is kept', async () => {
    const seen = join(folder, 'seen');
    const script = `env | grep ^MASON_ > ${seen}; cat "$MASON_DATA_FILE" >> ${seen}; exit 7`;
    const { code, err } = await ask('run', 'cluster', '--', 'sh', '-c', script);
    expect(code).toBe(7);
    expect(err).toContain('mason: cluster-1 is given back\n');
    const text = await readFile(seen, 'utf8');
    for (const line of [
      'MASON_RESOURCE_NAME=cluster-1',
      'MASON_RESOURCE_TYPE=cluster',
      'MASON_DATA_URL=http://built',
      `MASON_URL=${stage.url}`,
      'MASON_OWNER=alice',
      '"url": "http://built"',
    ])
      expect(text).toContain(line);
    expect((await stage.all()).filter((line) => line.endsWith('alice'))).toEqual([]);
    expect(
      (await stage.all()).filter((line) => /^cluster-1 (dirty|cleaning mason-.*)$/.test(line)),
    ).toHaveLength(1);
  });

  test('run: a command that a signal ends has the exit code of a shell; --quiet says nothing', async () => {
    const ran = await ask('run', 'token', '--quiet', '--', 'sh', '-c', 'kill -TERM $$');
    expect(ran).toEqual({ code: 143, out: '', err: '' });
  });

  test('run: a signal before the command begins: it never does, and the resource is given back', async () => {
    const command = ['touch', join(folder, 'begun')];
    const ran = await mason(['run', 'token', '--', ...command], { MASON_URL: stage.url }, (text) => {
      if (text.includes('is alice/')) process.emit('SIGTERM', 'SIGTERM');
    });
    expect(ran.code).toBe(143);
    expect(ran.err).toMatch(/token-\d is given back\n$/);
    expect(await readdir(folder)).toEqual([]);
    expect((await stage.all()).filter((line) => line.includes('alice'))).toEqual([]);
  });

  test('run: nobody reads what is told to people, and it is given back all the same', async () => {
    const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, main, 'run', 'token', '--', 'sh', '-c', 'exit 7'], {
      env: { PATH: process.env['PATH'] ?? '', MASON_OWNER: 'alice', MASON_URL: stage.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await once(child, 'exit')).toEqual([7, null]);
    expect(
      (await stage.all()).filter((line) => /^token-\d (dirty|cleaning mason-.*)$/.test(line)),
    ).toHaveLength(1);
  });

  /** Takes the token away from whoever has it. */
  async function loseToken(): Promise<void> {
    for (;;) {
      const [, name, owner] = /^(token-\d) busy (.*)$/m.exec((await stage.all()).join('\n')) ?? [];
      if (name !== undefined && (await readFile(join(folder, 'ready'), 'utf8').catch(() => '')) !== '') {
        await stage.post(`/release?name=${name}&dest=lost&owner=${owner ?? ''}`);
        return;
      }
      await new Promise(setImmediate);
    }
  }

  test('run: a resource that is lost ends the command', async () => {
    const command = ['sh', '-c', `echo ready > ${folder}/ready; exec sleep 60`];
    const run = ask('run', 'token', '--interval', '100ms', '--', ...command);
    await loseToken();
    const { code, err } = await run;
    expect(code).toBe(76);
    expect(err).toMatch(
      /the lease is lost: token-1 is not held by alice\/.*: nobody holds it; the command is told to end/,
    );
  });

  test('run --on-lost tell: it goes on all the same', async () => {
    const command = `echo ready > ${folder}/ready; while [ ! -e ${folder}/enough ]; do sleep 0.02; done; exit 3`;
    const run = ask('run', 'token', '--interval', '100ms', '--on-lost', 'tell', '--', 'sh', '-c', command);
    await loseToken();
    await stage.post('/acquirebystate?state=lost&dest=theirs&owner=bob&names=token-1');
    await writeFile(join(folder, 'enough'), '');
    expect((await run).code).toBe(3);
    expect(await stage.all()).toContain('token-1 theirs bob');
  });
});

describe('without a server', () => {
  test.each([
    [['acquire'], "missing required argument 'type'"],
    [['acquire', 'x', '--wait', 'long'], 'It is a duration such as 90s, 10m or 1h30m.'],
    [['acquire', 'x', '--owner', ''], 'It must not be empty'],
    [['acquire', 'x', '--username', 'ci'], 'only of use together'],
    [['acquire', 'x', '--url', 'localhost:8377'], '--url is "localhost:8377"'],
    [
      ['acquire', 'x', '--url', 'http://boskos.example', '--id-token'],
      'not sent to http://boskos.example in the clear',
    ],
    [['heartbeat', 'x', '--interval', '1ms'], 'of 100ms at least'],
    [['run', 'x'], "missing required argument 'command'"],
    [['run', 'x', './test.sh', '--fast'], 'what is to be run stands behind --: mason run TYPE -- COMMAND…'],
    [['run', 'x', '--on-lost', 'weep', '--', 'true'], 'Allowed choices are end, tell'],
  ])('%j: %s', async (argv, message) => {
    const { code, out, err } = await mason(argv);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain(message);
  });

  test('nobody answers: that it tries again is told at once, then what was wrong', async () => {
    const { code, err } = await mason(['acquire', 'x', '--url', 'http://127.0.0.1:9']);
    expect(code).toBe(69);
    expect(err).toMatch(/^mason: no Boskos answers at http:\/\/127\.0\.0\.1:9 \(.*\); trying again\n/);
    expect(err).toMatch(
      /\nmason: no Boskos answers at http:\/\/127\.0\.0\.1:9 \(.*\)\. Start a Mason with npm start, .*\n$/,
    );
  });

  test('run --help tells what the command finds, and the exit codes', async () => {
    const { out } = await mason(['run', '--help']);
    for (const words of [
      'MASON_DATA_FILE',
      'MASON_RESOURCE_NAME',
      'Exit codes:',
      '128 + N',
      '-- <command...>',
    ])
      expect(out).toContain(words);
  });
});

describe('The owner, if nobody says', () => {
  const job = { GITHUB_REPOSITORY: 'team/app', GITHUB_RUN_ID: '42', GITHUB_JOB: 'e2e' };
  test.each([
    [{ MASON_OWNER: 'me', ...job }, 'me'],
    [{ ...job, USER: 'runner' }, 'team/app/42/e2e'],
    [{ CI_PROJECT_PATH: 'team/app', CI_JOB_ID: '7' }, 'team/app/7'],
    [{ JOB_NAME: 'pull-e2e', BUILD_ID: '1234' }, 'pull-e2e/1234'],
    [{ JOB_NAME: 'pull-e2e', USER: 'ann' }, 'ann@host'],
    [{ MASON_OWNER: '', LOGNAME: 'ann' }, 'ann@host'],
    [{}, 'somebody@host'],
  ])('with %j: %s', (environment, owner) => {
    expect(defaultOwner(environment, () => 'host')).toBe(owner);
  });
});

describe("A command's variables", () => {
  test('one for each entry, its key in capitals', () => {
    expect(dataVariables({ url: 'a', 'kube-config': 'b', 'GCP Resource Config': 'c\nd', empty: '' })).toEqual(
      {
        variables: {
          MASON_DATA_URL: 'a',
          MASON_DATA_KUBE_CONFIG: 'b',
          MASON_DATA_GCP_RESOURCE_CONFIG: 'c\nd',
          MASON_DATA_EMPTY: '',
        },
        leftOut: [],
      },
    );
  });

  test('none where nobody could know which it is, or that no process could get', () => {
    const data = { 'a-b': '1', a_b: '2', file: '3', nul: 'x\0', long: 'é'.repeat(60_001), good: 'y' };
    expect(dataVariables(data)).toEqual({
      variables: { MASON_DATA_GOOD: 'y' },
      leftOut: [
        'a-b and a_b would share the variable MASON_DATA_A_B',
        'file would take the place of MASON_DATA_FILE',
        'nul has a NUL in it, which no variable can',
        'long is too long for a variable',
      ],
    });
  });

  test('those of an outer mason run are not handed on', () => {
    expect(withoutData({ MASON_DATA_URL: 'outer', MASON_URL: 'u', PATH: 'p' })).toEqual({
      MASON_URL: 'u',
      PATH: 'p',
    });
  });
});

describe('The file with the user data', () => {
  test('can be read by its owner alone, and is gone after', async () => {
    const path = await withDataFile({ key: 'väl\n"ue' }, async (file) => {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ key: 'väl\n"ue' });
      return file;
    });
    await expect(readdir(dirname(path))).rejects.toThrow('ENOENT');
  });

  test('is gone also if the work fails', async () => {
    let path = '';
    const work = withDataFile({}, async (file) => {
      path = file;
      return Promise.reject(new Error('red'));
    });
    await expect(work).rejects.toThrow('red');
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

describe('The program is looked for before anything is acquired', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mason-program-'));
    await writeFile(join(folder, 'good'), '');
    await writeFile(join(folder, 'plain'), '');
    await chmod(join(folder, 'good'), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const find = (name: string, path: string): Promise<void> =>
    findProgram(name, { environment: { PATH: path }, directory: folder });

  test.each([
    ['good', () => `/nowhere:${folder}`],
    ['./good', () => '/nowhere'],
    ['good', () => ''],
  ])('%s is found', async (name, path) => {
    await expect(find(name, path())).resolves.toBeUndefined();
  });

  test.each(['plain', 'missing', './plain', '.', ''])('%j is none', async (name) => {
    await expect(find(name, folder)).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
  });
});
