import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { until } from '../support/until.ts';
import { readRecords } from './sample.ts';
import { killAll, mason, root, startMason, type RunningMason } from './processes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-ends-'));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

/** One virtual resource, built by a shell script. */
const configOf = (script: string): string => `resources:
  - type: thing
    state: dirty
    names: [thing-1]
    config:
      type: Command
      content: |
        run: [/bin/sh, -c, ${JSON.stringify(script)}]
    mason: {max-attempts: 1}
`;

async function start(config: string, ...flags: string[]): Promise<RunningMason> {
  const file = join(folder, 'mason.yaml');
  await writeFile(file, config);
  return startMason('--config', file, '--data', join(folder, 'data'), '--port', '0', ...flags);
}

/** Builds for as long as there is no file `go`, and says who it is. */
const patient = (): string =>
  configOf(`echo $$ > ${folder}/pid; while [ ! -e ${folder}/go ]; do sleep 0.05; done`);

const pidOf = async (): Promise<number> =>
  Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '0'));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('how --until-idle ends', () => {
  test('3: something is in quarantine, and the reason is told', async () => {
    const runner = await start(configOf('echo no quota >&2; exit 7'), '--until-idle');
    expect((await runner.exited).code).toBe(3);
    const { why } = runner.said.at(-1) as { why?: string[] };
    expect(why?.[0]).toBe('thing: 1 in quarantine');
    expect(why?.[1]).toMatch(/^ {2}thing-1 is in quarantine: .*exit code 7[^]*no quota/);
  });

  test('4: the timeout, and what is still under way is told', async () => {
    const runner = await start(patient(), '--until-idle', '--timeout', '4s');
    expect((await runner.exited).code).toBe(4);
    expect(runner.said.at(-1)).toMatchObject({
      event: 'ended',
      reason: 'timeout',
      why: ['thing: 1 in clean', '  thing-1 (cleaning) is in clean'],
    });
    expect(isAlive(await pidOf())).toBe(false);
  });

  test('0 in memory, and nothing is kept', async () => {
    const file = join(folder, 'mason.yaml');
    await writeFile(file, configOf('true'));
    const runner = startMason('--config', file, '--data', ':memory:', '--port', '0', '--until-idle');
    expect((await runner.exited).code).toBe(0);
    expect(runner.said.every(({ event, time }) => event !== '' && typeof time === 'string')).toBe(true);
  });
});

describe('what can not start', () => {
  test('78: a faulty config, every fault with its place', async () => {
    const runner = await start('resources:\n  - {type: a, min-cuont: 1}\n  - {type: b, names: [B_]}\n');
    expect((await runner.exited).code).toBe(78);
    expect(runner.stderr()).toContain('mason.yaml:2:15: error: min-cuont');
    expect(runner.stderr()).toContain('mason.yaml:3:23: error: ');
    expect(runner.said).toEqual([]);
  });

  test('66: no such config', async () => {
    const runner = startMason('--config', join(folder, 'nowhere.yaml'));
    expect((await runner.exited).code).toBe(66);
    expect(runner.stderr()).toContain('nowhere.yaml can not be read: there is no such file');
  });

  test('64: a port in use, and nothing was begun', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const runner = await start(configOf('true'), '--port', String(port));
    expect((await runner.exited).code).toBe(64);
    expect(runner.stderr()).toContain(`port ${port} is in use`);
    expect(runner.stderr()).toContain('--port N');
    expect(await readRecords(join(folder, 'data'))).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });

  test('64: a flag that there is not', async () => {
    const runner = startMason('--prot', '1');
    expect((await runner.exited).code).toBe(64);
    expect(runner.stderr()).toContain('Did you mean --port?');
  });
});

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s in the middle of a construct: 0, its command is gone, and the next start goes on with it',
    async (signal) => {
      const runner = await start(patient());
      await until(async () => (await pidOf()) > 0);
      runner.kill(signal);
      expect(await runner.exited).toEqual({ code: 0, signal: null });
      expect(runner.said.at(-1)).toMatchObject({ event: 'ended', reason: 'signal', exitCode: 0 });
      expect(isAlive(await pidOf())).toBe(false);
      const [stopped] = await readRecords(join(folder, 'data'));
      expect(stopped?.work).toMatchObject({ phase: 'clean', attempts: 0, crashes: 0, claimedUntil: null });

      await writeFile(join(folder, 'go'), '');
      const next = await start(patient(), '--until-idle', '--timeout', '4m');
      expect((await next.exited).code).toBe(0);
      const [built] = await readRecords(join(folder, 'data'));
      expect(built).toMatchObject({ state: 'free', work: { cycle: 1 } });
    },
  );

  test('a second SIGINT ends at once with 130', async () => {
    const stubborn = configOf(`echo $$ > ${folder}/pid; trap '' TERM; while :; do sleep 0.05; done`);
    const runner = await start(stubborn);
    await until(async () => (await pidOf()) > 0);
    runner.kill('SIGINT');
    const url = await runner.url();
    // The first one is not an echo any more once it has stopped its ticks and time has passed: repeat it until it ends.
    const repeat = setInterval(() => {
      runner.kill('SIGINT');
    }, 50);
    const exit = await runner.exited;
    clearInterval(repeat);
    expect(exit).toEqual({ code: 130, signal: null });
    expect((await mason(url, 'status')).code).toBe(69);
    await until(async () => !isAlive(await pidOf()));
  });

  test('nobody reads its output any more: it ends as it should', async () => {
    const { spawn } = await import('node:child_process');
    const file = join(folder, 'mason.yaml');
    await writeFile(file, configOf('true'));
    const flags = ['--config', file, '--data', join(folder, 'data'), '--port', '0', '--json'];
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'dist/local.js', ...flags],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const code = new Promise((resolve) => child.once('exit', resolve));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await code).toBe(0);
  });
});

test('a config that turns bad while it runs is refused, is told, and mended it holds again', async () => {
  const runner = await start(configOf('true'));
  const url = await runner.url();
  const file = join(folder, 'mason.yaml');
  await writeFile(file, 'resources: []\n');
  const failure = await runner.hear('sync-failed');
  expect(failure.message).toContain(`${file}:1:12`);
  expect((await mason(url, 'status')).out).toContain('is refused, and the last good config stays in force');
  await writeFile(file, configOf('true').replace('[thing-1]', '[thing-1, thing-2]'));
  await runner.hear('config-mended');
  await until(async () => (await mason(url, 'status', '--json')).out.includes('"members": 2'));
  runner.kill('SIGTERM');
  expect((await runner.exited).code).toBe(0);
});
