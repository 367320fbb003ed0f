import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import {
  command,
  constructOnce,
  disk,
  environment,
  failureOf,
  js,
  runContext,
  sh,
  withFolder,
} from './fixtures.ts';

const failureOfRun = (run: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  failureOf(constructOnce(command({ run, ...more })));

describe('a Command that fails', () => {
  test('says its exit code and what it wrote to stderr', async () => {
    const failure = await failureOfRun(sh('echo progress >&2; echo "no quota" >&2; exit 3'));
    expect(failure.code).toBe('COMMAND_FAILED');
    expect(failure.message).toBe(
      'construct of environment-1: the command "/bin/sh" failed with exit code 3\nits stderr:\nprogress\nno quota',
    );
  });

  test('says so if it wrote nothing there, and never shows its stdout', async () => {
    const failure = await failureOfRun(sh('echo "{\\"password\\": \\"s3cr3t\\"}"; exit 1'));
    expect(failure.message).toBe(
      'construct of environment-1: the command "/bin/sh" failed with exit code 1; it wrote nothing to stderr',
    );
  });

  test('shows the end of a huge stderr, at a whole character', async () => {
    const failure = await failureOfRun(
      js("process.stderr.write('ü'.repeat(500_000) + 'the end', () => process.exit(1))"),
    );
    expect(failure.message).toMatch(/\nthe end of its stderr:\n…ü+the end$/);
    expect(failure.message.length).toBeLessThan(2_300);
  });

  test('shows no terminal codes of its stderr', async () => {
    const failure = await failureOfRun(
      sh(`printf '\\033[31mred\\033[0m\\a 10%%\\r20%%\\377\\0end\\n' >&2; exit 1`),
    );
    expect(failure.message).toMatch(/\nits stderr:\nred 10%\n20%\ufffdend$/);
  });

  test('shows no user data that it repeats on stderr', async () => {
    const leased = { disk: [disk('d', { password: 's3cr3t-1' })] };
    const resource = { ...environment, userData: { key: 'line-one\nline-two' } };
    const echo = sh('cat >&2; echo "{\\"token\\": \\"t0k3n-1\\"}"; echo "t0k3n-1 line-two" >&2; exit 1');
    const failure = await failureOf(command({ run: echo }).construct(resource, leased, runContext()));
    expect(failure.message).toContain('"password":"***"');
    expect(failure.message).not.toMatch(/s3cr3t|line-|t0k3n/);
  });

  test.each([
    ['text', 'hello s3cr3t', 'found 1 line(s) of text without a JSON object'],
    ['a list', '["s3cr3t"]', 'found a JSON array'],
    ['a text in JSON', '"s3cr3t"', 'found a JSON string'],
    ['a number', '42', 'found a JSON number'],
    ['null', 'null', 'found null'],
    ['a value that is no text', '{"a": "s3cr3t", "b": 1}', 'its value number 2 is a JSON number'],
    ['a value that is an object', '{"a": {"s3cr3t": "x"}}', 'its value number 1 is a JSON object'],
    ['a value that is null', '{"a": null}', 'its value number 1 is null'],
    ['half an object', '{"a": "s3cr3t', 'found text that begins a JSON object in line 1 and is not JSON'],
    [
      'two objects',
      '{"a": "s3cr3t"}\n{"b": "x"}',
      'found a JSON object in line 1 of 2 and other text beside it',
    ],
    [
      'progress before it',
      's3cr3t\n{\n"a": "b"}\n',
      'found a JSON object in lines 2 to 3 of 3 and other text',
    ],
    ['progress after it', '{"a":\n"b"}\ns3cr3t\n', 'found a JSON object in lines 1 to 2 of 3 and other text'],
    [
      'leasedResources',
      '{"leasedResources": "s3cr3t"}',
      'without the key leasedResources: Mason writes that one itself',
    ],
  ])('with %s on stdout says what was found, and quotes nothing', async (_, written, part) => {
    const failure = await failureOfRun(sh('printf %s "$1"', written));
    expect(failure.message).toContain('the command "/bin/sh" must write to stdout user data');
    expect(failure.message).toContain(part);
    expect(failure.message).not.toContain('s3cr3t');
  });

  test('with binary output says how much was found', async () => {
    const failure = await failureOfRun(sh(`printf '\\377\\376\\0\\001'`));
    expect(failure.message).toContain('found 4 bytes that are not UTF-8 text');
  });

  test.each([
    ['in one go', "process.stdout.write('x'.repeat(262_145))"],
    ['without end', "const more = () => process.stdout.write('x'.repeat(65_536), more); more()"],
  ])('with output over the limit %s is ended', async (_, source) => {
    const failure = await failureOfRun(js(source));
    expect(failure.message).toContain('wrote output larger than 256 KiB to stdout and was ended');
  });

  test('that a signal ends says which', async () => {
    const failure = await failureOfRun(sh('echo almost >&2; kill -KILL $$'));
    expect(failure.message).toBe(
      'construct of environment-1: the command "/bin/sh" was ended by SIGKILL, which is also how a system without memory ends one\nits stderr:\nalmost',
    );
  });

  test('that runs out of memory says so by its signal and stderr', async () => {
    const hog = 'const all = []; for (;;) all.push(new Array(100_000).fill(all.length))';
    const failure = await failureOfRun([process.execPath, '--max-old-space-size=16', '-e', hog]);
    expect(failure.message).toMatch(/was ended by SIG(ABRT|TRAP|KILL|SEGV)/);
    expect(failure.message).toContain('heap');
  });
});

describe('a Command that does not start', () => {
  test('because there is no such program says so', async () => {
    for (const program of ['/no/such/program', 'no-such-program-anywhere', './no-such']) {
      const failure = await failureOfRun([program]);
      expect(failure.message).toBe(
        `construct of environment-1: the command "${program}" did not start: there is no such program (or the one that the first line of the script names is missing)`,
      );
    }
  });

  test('because it may not be executed says so', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'plain.sh');
      await writeFile(file, '#!/bin/sh\n');
      const failure = await failureOfRun([file]);
      expect(failure.message).toContain('did not start: it may not be executed: chmod +x');
    });
  });

  test('because its interpreter is missing says so', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'odd.sh');
      await writeFile(file, '#!/no/such/interpreter\n');
      await chmod(file, 0o755);
      const failure = await failureOfRun([file]);
      expect(failure.message).toContain('the first line of the script names is missing');
    });
  });

  test('because its directory is missing or a file says so', async () => {
    for (const directory of ['/no/such/folder', '/etc/passwd']) {
      const failure = await failureOfRun(['/bin/sh'], { directory });
      expect(failure.message).toContain(`did not start: its directory "${directory}" is not there`);
    }
  });

  test('because its arguments are too large says so', async () => {
    const failure = await failureOfRun(['/bin/sh', 'x'.repeat(10_000_000)]);
    expect(failure.message).toContain('larger than the system allows');
  });
});
