import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';

import { until } from '../../support/until.ts';
import {
  command,
  constructOnce,
  failureOf,
  isRunning,
  js,
  pidIn,
  runContext,
  sh,
  environment,
  withFolder,
} from './fixtures.ts';

/** Starts a grandchild that sleeps, notes its ID in the file $1, then does `rest`. */
const withGrandchild = (rest: string, file: string) => sh(`sleep 1000 & echo $! >"$1"; ${rest}`, file);
const FOREVER = 'while :; do sleep 1000; done';

describe('what is left of a Command', () => {
  test('is nothing once it timed out, not even a grandchild', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      const failure = await failureOf(
        constructOnce(command({ run: withGrandchild(`echo waiting >&2; ${FOREVER}`, file), timeout: '5s' })),
      );
      expect(failure.message).toBe(
        'construct of environment-1: the command "/bin/sh" timed out after 5s\nits stderr:\nwaiting',
      );
      expect(isRunning(await pidIn(file))).toBe(false);
    });
  });

  test.each([
    ['that obeys SIGTERM', ''],
    ['that ignores SIGTERM', `trap '' TERM; `],
    ['that answers after SIGTERM', `trap 'echo "{}"; exit 0' TERM; `],
  ])('is nothing once a run %s was aborted', async (_, trap) => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      const stop = new AbortController();
      const limits = { graceMs: 50 };
      const masonable = command(
        { run: sh(`${trap}sleep 1000 & echo $! >"$1"; ${FOREVER}`, file) },
        { limits },
      );
      const work = failureOf(masonable.construct(environment, {}, runContext({ signal: stop.signal })));
      const grandchild = await pidIn(file);
      expect(isRunning(grandchild)).toBe(true);

      const reason = new Error('the run lost its claim');
      stop.abort(reason);
      const failure = await work;

      expect(isRunning(grandchild)).toBe(false);
      expect(failure.message).toContain('the command "/bin/sh" was stopped: the run lost its claim');
      expect(failure.cause).toBe(reason);
    });
  });

  test('is nothing where a grandchild ignores SIGTERM and the Command does not', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      const stop = new AbortController();
      const stubborn = `(trap '' TERM; echo ready >&2; ${FOREVER}) & echo $! >"$1"; wait`;
      const masonable = command({ run: sh(stubborn, file) }, { limits: { graceMs: 50 } });
      const work = failureOf(constructOnce(masonable, { signal: stop.signal }));
      const grandchild = await pidIn(file);

      stop.abort(new Error('over'));
      await work;

      expect(isRunning(grandchild)).toBe(false);
    });
  });

  test('is nothing where it was never begun because its run was over', async () => {
    await withFolder(async (folder) => {
      const stop = new AbortController();
      stop.abort(new Error('over'));
      const file = join(folder, 'note');
      const failure = await failureOf(
        constructOnce(command({ run: sh('>"$1"', file) }), { signal: stop.signal }),
      );
      expect(failure.message).toContain('was stopped: over');
      expect(existsSync(file)).toBe(false);
    });
  });

  test.each([
    ['succeeded', 'echo "{}"', 'left processes behind, which were ended; what shall live on'],
    ['failed', 'exit 4', 'failed with exit code 4'],
    ['was killed', 'kill -KILL $$', 'was ended by SIGKILL'],
  ])('is nothing once it %s with a process in the background', async (_, rest, part) => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      const masonable = command({ run: withGrandchild(rest, file) }, { limits: { stragglerMs: 20 } });
      const failure = await failureOf(constructOnce(masonable));
      expect(failure.message).toContain(part);
      expect(isRunning(await pidIn(file))).toBe(false);
    });
  });

  // Where process 1 never asks for the exit codes of the orphans that it adopts, as in many containers.
  (process.platform === 'linux' ? test : test.skip)('may be a zombie that nobody reaps', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      // The zombie's parent turns into a sleeper of another session.
      const parent = '(true & exec setsid sleep 1000 </dev/null >/dev/null 2>&1) & echo $! >"$1"; echo "{}"';
      const masonable = command({ run: sh(parent, file) }, { limits: { graceMs: 50 } });
      try {
        expect(await constructOnce(masonable)).toEqual({ done: true, userData: {} });
      } finally {
        process.kill(await pidIn(file), 'SIGKILL');
      }
    });
  });

  test('may be a helper that ends a little later', async () => {
    // It ends when it sees that the command has.
    const helper = "(while kill -0 $$ 2>/dev/null; do :; done) & echo '{}'";
    const outcome = await constructOnce(command({ run: sh(helper) }, { limits: { stragglerMs: 10_000 } }));
    expect(outcome).toEqual({ done: true, userData: {} });
  });

  test('is a service that it started in a session of its own, even one that holds its pipes', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      const start = `const { spawn } = require('node:child_process');
        const daemon = spawn('/bin/sh', ['-c', 'echo $$ >"$1"; exec sleep 1000', 'sh', process.argv[1]],
          { detached: true, stdio: 'inherit' });
        daemon.unref();
        process.stdout.write('{"a":"b"}');`;
      const outcome = await constructOnce(command({ run: js(start, file) }, { limits: { drainMs: 20 } }));
      const daemon = await pidIn(file);
      try {
        expect(outcome).toEqual({ done: true, userData: { a: 'b' } });
        expect(isRunning(daemon)).toBe(true);
      } finally {
        process.kill(daemon, 'SIGKILL');
        await until(() => !isRunning(daemon));
      }
    });
  });

  test('is all that it wrote, where a service holds its pipes so that they have no end', async () => {
    const start = `const { spawn } = require('node:child_process');
      const daemon = spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' });
      daemon.unref();
      process.stdout.write(JSON.stringify({ pid: String(daemon.pid), long: 'x'.repeat(100_000) }));`;
    const outcome = await constructOnce(command({ run: js(start) }, { limits: { drainMs: 1 } }));
    const { pid, long } = outcome.done ? outcome.userData : {};
    process.kill(Number(pid), 'SIGKILL');
    expect(long).toBe('x'.repeat(100_000));
  });

  test('is nothing when the process that runs it exits without waiting', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'pid');
      const module = fileURLToPath(new URL('../../../shared/masonables/command/command.ts', import.meta.url));
      const program = `import { existsSync } from 'node:fs';
        import { commandConverter } from ${JSON.stringify(module)};
        const [file] = process.argv.slice(-1);
        const run = ['/bin/sh', '-c', 'sleep 1000 & echo $! >"$1.new"; mv "$1.new" "$1"; wait', 'sh', file];
        const context = { cycle: 1, token: 1, checkpoint: null, signal: new AbortController().signal };
        const masonable = commandConverter().convert({ run, env: {}, timeout: 60_000 });
        void masonable.construct({ type: 't', name: 'n', userData: {} }, {}, context);
        setInterval(() => existsSync(file) && process.exit(0), 5);`;
      const flags = ['--experimental-strip-types', '--no-warnings', '--input-type=module'];
      const parent = [process.execPath, ...flags, '-e', program, '--', file];

      // The outer command reports whatever its own group leaves: the inner one is in a session of its own.
      const outcome = await constructOnce(command({ run: parent }));

      expect(outcome).toEqual({ done: true, userData: {} });
      const grandchild = await pidIn(file);
      await until(() => !isRunning(grandchild));
    });
  });

  test('stays the same when many run at once', async () => {
    const masonable = command({ run: sh('cat >/dev/null; echo "{\\"id\\": \\"$$\\"}"') });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => constructOnce(masonable)));
    const ids = outcomes.map((outcome) => outcome.done && outcome.userData['id']);
    expect(new Set(ids).size).toBe(20);
    expect(process.listenerCount('exit')).toBeLessThan(20);
  });
});
