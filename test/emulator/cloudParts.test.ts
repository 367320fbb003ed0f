import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startCloud } from '../../shared/cloud/cloud.ts';
import { readDescription } from '../../shared/cloud/description.ts';
import { readFunctionLog } from '../../shared/cloud/functionLog.ts';
import { startFunction, type FunctionProcess } from '../../shared/cloud/local/functionProcess.ts';
import { createLineSplitter } from '../../shared/cloud/local/lineSplitter.ts';
import { listens } from '../../shared/cloud/local/listens.ts';
import { createScheduler } from '../../shared/cloud/scheduler.ts';
import { createJsonLog } from '../../shared/runtime/jsonLog.ts';
import type { LogEntry } from '../../shared/runtime/log.ts';
import type { OutgoingMessage } from '../../shared/topics/port.ts';
import { until } from '../support/until.ts';
import { createWorldClock } from '../support/worldClock.ts';

const description = readDescription();

describe('what a function writes', () => {
  const heard = (write: (log: ReturnType<typeof readFunctionLog>) => void): LogEntry[] => {
    const entries: LogEntry[] = [];
    write(readFunctionLog('clean', (entry) => entries.push(entry)));
    return entries;
  };
  const ENTRY: LogEntry = {
    severity: 'WARNING',
    event: 'failed',
    message: 'a-1: clean failed',
    resource: 'a-1',
    type: 'a',
    phase: 'clean',
    cycle: 3,
    trace: '0123456789abcdef0123456789abcdef',
  };

  test('is read back as it was logged', () => {
    const entries = heard((log) => {
      const stream = {
        write: (line: string) => {
          log.stdout(line);
        },
      };
      createJsonLog({ project: 'p', stream })(ENTRY);
    });
    expect(entries).toEqual([ENTRY]);
  });

  test('beside its log is told as said by it: a thrown error is one, the lines of its stack are not', () => {
    const entries = heard((log) => {
      log.stdout('Serving function...');
      log.stderr('Error: no');
      log.stderr('    at there');
      log.stderr('');
      log.stdout('{"severity":"INFO"}');
    });
    expect(entries.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'DEBUG clean: Serving function...',
      'ERROR clean: Error: no',
      'DEBUG clean:     at there',
      'DEBUG clean: {"severity":"INFO"}',
    ]);
  });

  test('comes in pieces, and is told in lines', () => {
    const lines: string[] = [];
    const take = createLineSplitter((line) => lines.push(line));
    for (const piece of ['a', 'b\nc\n', '\nd', 'e\n', 'not yet']) take(piece);
    expect(lines).toEqual(['ab', 'c', '', 'de']);
  });
});

describe('the Scheduler’s part', () => {
  const schedules = description.schedules;
  const both = ['janitor *', 'sync *'];
  const settled = (): Promise<void> => nextTurn();

  test('publishes what each schedule says, at once and again and again, until it is stopped', async () => {
    const clock = createWorldClock();
    const published: string[] = [];
    const topics = {
      publish: async (messages: readonly OutgoingMessage[]) =>
        void published.push(...messages.map(({ topic, data }) => `${topic} ${data}`).sort()),
    };
    const scheduler = createScheduler({ topics, schedules, everyMs: 3_000, clock, log: () => undefined });
    scheduler.start();
    await clock.advance(2_999, settled);
    expect(published).toEqual(both);
    await clock.advance(1, settled);
    expect(published).toEqual([...both, ...both]);
    await scheduler.stop();
    await clock.advance(60_000, settled);
    expect(published).toHaveLength(4);
  });

  test('goes on after a publish that failed, and says so', async () => {
    const clock = createWorldClock();
    const log: LogEntry[] = [];
    let calls = 0;
    const publish = async (): Promise<void> => {
      calls += 1;
      if (calls === 1) throw new Error('nobody there');
    };
    const scheduler = createScheduler({
      ...{ topics: { publish }, schedules, everyMs: 1_000, clock },
      log: (entry) => void log.push(entry),
    });
    scheduler.start();
    await clock.advance(1_000, settled);
    expect(calls).toBe(2);
    expect(log.map(({ message }) => message)).toEqual(['the Scheduler could not publish: nobody there']);
    await scheduler.stop();
  });
});

describe('a function in a process of its own', () => {
  let bundle = '';
  let started: FunctionProcess | undefined;
  beforeEach(async () => {
    bundle = await mkdtemp(join(tmpdir(), 'mason-function-'));
  });
  afterEach(async () => {
    await started?.stop();
    started = undefined;
    await rm(bundle, { recursive: true, force: true });
  });
  const env = { PATH: process.env['PATH'] };

  test('that can not start is told with what it said, and none is left', async () => {
    await writeFile(join(bundle, 'index.js'), 'throw new Error("no such luck")');
    const log: LogEntry[] = [];
    const start = startCloud({
      ...{ projectId: 'p', description, bundle, env },
      log: (entry) => void log.push(entry),
    });
    await expect(start).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringMatching(/the function \w+ ended with exit code 1[^]*no such luck/),
    });
  });

  test('is started again on its port when it dies, and takes with it what it had started', async () => {
    const child = `require('node:net').createServer().listen(0, '127.0.0.1', function () {
      console.log('child on ' + this.address().port);
    })`;
    const program = `
      require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      exports.clean = () => undefined;
    `;
    await writeFile(join(bundle, 'index.js'), program);
    const log: LogEntry[] = [];
    started = await startFunction({ target: 'clean', bundle, env, log: (entry) => void log.push(entry) });
    const running = started;
    const { host } = new URL(running.url);
    const children = (): string[] =>
      log
        .flatMap(({ message }) => /child on (\d+)/.exec(message)?.[1] ?? [])
        .map((port) => `127.0.0.1:${port}`);
    await running.ready();
    await until(async () => children().length === 1);
    const first = running.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await until(async () => running.pid() !== first && children().length === 2 && (await listens(host)));
    expect(log.filter(({ event }) => event === 'function-ended')).toMatchObject([
      { severity: 'WARNING', message: 'the process of clean ended with SIGKILL, and is started again' },
    ]);
    await running.stop();
    for (const address of [host, ...children()]) await until(async () => !(await listens(address)));
  });
});
