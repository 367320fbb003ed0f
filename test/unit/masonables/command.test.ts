import { chmod, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { commandCleaner, commandConverter } from '../../../shared/masonables/command/command.ts';
import { cleanContent, commandContent } from '../../../shared/masonables/command/content.ts';
import { createRegistry } from '../../../shared/masonables/registry.ts';
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

/** Writes what it was told into user data: its arguments, environment and stdin. */
const TELL = `let stdin = '';
  process.stdin.on('data', (text) => { stdin += text; });
  process.stdin.on('end', () => console.log(JSON.stringify({
    argv: JSON.stringify(process.argv.slice(1)), env: JSON.stringify(process.env), stdin,
  })));`;

describe('a Command that constructs', () => {
  test('is told everything on stdin and in its environment, and nothing else', async () => {
    const masonable = command(
      { run: js(TELL, 'a b', '$HOME', "'"), env: { COLOUR: 'red "x"', EMPTY: '' } },
      { inherited: { PATH: '/usr/bin:/bin', HOME: '/home/m', SECRET: 'x' } },
    );
    const leased = { 'big-disk': [disk('d-2', { key: 'v' }), disk('d-1')], port: [disk('p-1')] };
    const resource = { ...environment, userData: { old: 'data' } };
    const context = runContext({ checkpoint: { step: [2, null] } });

    const outcome = await masonable.construct(resource, leased, context);

    const { argv, env, stdin } = outcome.done ? outcome.userData : {};
    expect(JSON.parse(argv ?? '')).toEqual(['a b', '$HOME', "'"]);
    expect(JSON.parse(env ?? '')).toEqual({
      PATH: '/usr/bin:/bin',
      HOME: '/home/m',
      COLOUR: 'red "x"',
      EMPTY: '',
      MASON_RESOURCE: 'environment-1',
      MASON_RESOURCE_TYPE: 'environment',
      MASON_CYCLE: '3',
      MASON_ACTION: 'construct',
      MASON_LEASED_BIG_DISK: 'd-2,d-1',
      MASON_LEASED_PORT: 'p-1',
    });
    expect(JSON.parse(stdin ?? '')).toEqual({
      resource: { type: 'environment', name: 'environment-1', userdata: { old: 'data' } },
      leased: {
        'big-disk': [
          { type: 'disk', name: 'd-2', userdata: { key: 'v' } },
          { type: 'disk', name: 'd-1', userdata: {} },
        ],
        port: [{ type: 'disk', name: 'p-1', userdata: {} }],
      },
      cycle: 3,
      token: 7,
      checkpoint: { step: [2, null] },
      action: 'construct',
    });
  });

  test.each([
    ['nothing', '', {}],
    ['blanks', ' \\n\\n', {}],
    ['an empty object', '{}', {}],
    [
      'an object of strings',
      '\\n{"url": "http://x",\\n "käse": "\\"\\\\u20ac"}\\n',
      { url: 'http://x', käse: '"€' },
    ],
    [
      'names that objects have',
      '{"__proto__": "a", "constructor": "b"}',
      { ['__proto__']: 'a', constructor: 'b' },
    ],
  ])('that writes %s to stdout gives that as user data', async (_, written, userData) => {
    const outcome = await constructOnce(command({ run: sh(`printf '%b' "$1"`, written) }));
    expect(outcome).toEqual({ done: true, userData });
    expect(outcome.done && Object.keys(outcome.userData)).toEqual(Object.keys(userData));
  });

  test('may write as much as the limit, and any amount to stderr', async () => {
    const fill = `const text = '{"k":"' + 'x'.repeat(262144 - 8) + '"}';
      process.stderr.write('noise\\n'.repeat(400_000), () => process.stdout.write(text));`;
    const outcome = await constructOnce(command({ run: js(fill) }));
    expect(outcome.done && outcome.userData['k']?.length).toBe(262_144 - 8);
  });

  test('need not read its stdin', async () => {
    const resource = { ...environment, userData: { large: 'x'.repeat(1_000_000) } };
    const outcome = await command({ run: sh('exec <&-; echo "{}"') }).construct(resource, {}, runContext());
    expect(outcome).toEqual({ done: true, userData: {} });
  });

  test('runs in the directory that its content names', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'build.sh'), '#!/bin/sh\nprintf \'{"pwd":"%s"}\' "$(pwd -P)"\n');
      await chmod(join(folder, 'build.sh'), 0o755);
      const outcome = await constructOnce(command({ run: ['./build.sh'], directory: folder }));
      expect(outcome).toEqual({ done: true, userData: { pwd: await realpath(folder) } });
    });
  });

  test('is looked up in the PATH that it is given', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'mason-test-tool'), '#!/bin/sh\necho \'{"found":"yes"}\'\n');
      await chmod(join(folder, 'mason-test-tool'), 0o755);
      const outcome = await constructOnce(
        command({ run: ['mason-test-tool'], env: { PATH: `${folder}:/bin` } }),
      );
      expect(outcome).toEqual({ done: true, userData: { found: 'yes' } });
    });
  });
});

describe('a Command that is not done yet', () => {
  const later = (text: string) => sh('printf %s "$1"; exit 75', text);

  test.each([
    ['{"checkpoint": {"op": 1}, "againIn": "1m30s"}', { op: 1 }, 90_000],
    ['{"againIn": "250ms"}', null, 250],
  ])('says so with exit code 75 and %s', async (text, checkpoint, againInMs) => {
    const expected = { done: false, checkpoint, againInMs };
    const masonable = command({ run: later(text), destroy: later(text) });
    const cleaner = commandCleaner().convert(cleanContent.parse({ run: later(text) }));
    expect(await constructOnce(masonable)).toEqual(expected);
    expect(await masonable.destroy?.(environment, {}, runContext())).toEqual(expected);
    expect(await cleaner.clean(environment, runContext())).toEqual(expected);
  });

  test.each([
    ['', 'found nothing'],
    ['wait', 'found 1 line(s) of text without a JSON object'],
    ['{}', 'at fault: againIn'],
    ['{"checkpoint": 1, "againIn": 30}', 'at fault: againIn'],
    ['{"againIn": "30s", "again": "s3cr3t"}', 'at fault: another key'],
    ['{"againIn": "30"}', 'a Go duration longer than 0'],
    ['{"againIn": "0s"}', 'a Go duration longer than 0'],
    ['{"againIn": "-1s"}', 'a Go duration longer than 0'],
  ])('fails if it writes %j with it', async (text, part) => {
    const failure = await failureOf(constructOnce(command({ run: later(text) })));
    expect(failure.message).toContain(
      'construct of environment-1: the command "/bin/sh" must write to stdout',
    );
    expect(failure.message).toContain(part);
    expect(failure.message).not.toContain('s3cr3t');
  });
});

describe('a Command that destroys or cleans', () => {
  test('is told which of them it does, and may write anything to stdout', async () => {
    await withFolder(async (folder) => {
      const note = sh(
        '{ echo "$MASON_ACTION $MASON_LEASED_DISK"; cat; } >"$1"; echo deleted',
        join(folder, 'note'),
      );
      const masonable = command({ run: ['unused'], destroy: note });
      const cleaner = commandCleaner().convert(cleanContent.parse({ run: note }));
      const told = async () => (await readFile(join(folder, 'note'), 'utf8')).split('\n');

      const destroyed = await masonable.destroy?.(environment, { disk: [disk('d')] }, runContext());
      const [destroyLine, destroyStdin] = await told();
      const cleaned = await cleaner.clean(disk('d', { k: 'v' }), runContext());
      const [cleanLine, cleanStdin] = await told();

      expect(destroyed).toEqual({ done: true });
      expect(destroyLine).toBe('destroy d');
      expect(JSON.parse(destroyStdin ?? '')).toMatchObject({
        action: 'destroy',
        leased: { disk: [{ name: 'd' }] },
      });
      expect(cleaned).toEqual({ done: true });
      expect(cleanLine).toBe('clean ');
      expect(JSON.parse(cleanStdin ?? '')).toEqual({
        resource: { type: 'disk', name: 'd', userdata: { k: 'v' } },
        leased: {},
        cycle: 3,
        token: 7,
        checkpoint: null,
        action: 'clean',
      });
    });
  });

  test('has nothing to destroy when its content names no program for it', () => {
    expect(command({ run: ['x'] })).not.toHaveProperty('destroy');
  });
});

describe("a Command's content", () => {
  test('has a timeout of 5 minutes and an empty environment unless it says otherwise', () => {
    expect(commandContent.parse({ run: ['x'] })).toEqual({ run: ['x'], env: {}, timeout: 300_000 });
    expect(commandContent.parse({ run: ['x'], timeout: '1h' }).timeout).toBe(3_600_000);
  });

  test.each([
    ['{}', '1:1: run is missing. Add run (a list of the program and its arguments, which no shell reads)'],
    ['run: []', '1:6: run is a list, which is too short. Write a list of the program'],
    ['run: make all', '1:6: run is the text "make all", not a list. Write a list of the program'],
    ["run: ['']", '1:7: run[0]: it is empty. Write the program to run'],
    ['run: [x, 5]', '1:10: run[1] is the number 5, not a text. Put it in quotes: "5"'],
    ['run: [x, "a\\0b"]', '1:10: run[1]: it holds a NUL character'],
    ['{run: [x], destroy: []}', '1:21: destroy is a list, which is too short'],
    ['{run: [x], env: {PORT: 80}}', '1:24: PORT is the number 80, not a text. Put it in quotes: "80"'],
    ['{run: [x], env: {A-B: x}}', '1:23: A-B: a variable can not have this name. Use letters'],
    ['{run: [x], env: {MASON_URL: x}}', "1:29: MASON_URL: variables that begin with MASON_ are Mason's own"],
    ['{run: [x], timeout: 0s}', '1:21: timeout: it must be longer than 0'],
    ['{run: [x], timeout: 5}', '1:21: timeout is the number 5, not a text. Write how long it may run'],
    ['{run: [x], timeout: 5 minutes}', '1:21: timeout: time: unknown unit'],
    ['{run: [x], directory: ""}', "1:23: directory is empty. Write the program's working directory"],
    ['{run: [x], shell: true}', '1:12: shell is not a key of'],
    ['{run: [x], destory: [y]}', 'Did you mean destroy?'],
  ])('is refused if it is %s, with the place and a cure', (content, said) => {
    const registry = createRegistry();
    registry.registerConfigConverter('Command', commandConverter());
    expect(() => registry.masonable('Command', content)).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID', message: expect.stringContaining(said) }),
    );
  });

  test('of a cleaner has nothing to destroy', () => {
    expect(cleanContent.safeParse({ run: ['x'], destroy: ['y'] }).success).toBe(false);
  });
});
