import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32, inflateRawSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { writeFunctions, zipOfFolder } from '../../.config/build.mjs';
import { zipOf } from '../../.config/zip.mjs';
import { freePort } from '../../shared/cloud/local/freePort.ts';
import { listens } from '../../shared/cloud/local/listens.ts';
import { TOPICS } from '../../shared/topics/port.ts';

/** Those that no topic wakes. */
const HTTP_FUNCTIONS: readonly string[] = ['boskos', 'console'];

const run = promisify(execFile);
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

describe('a zip', () => {
  const files = [
    { name: 'index.js', contents: bytes('exports.a = 1;\n'.repeat(100)) },
    { name: 'lib/ä.json', contents: bytes('{}') },
    { name: 'empty', contents: bytes('') },
  ];

  test('has all files, as they were', () => {
    const read = readZip(zipOf(files));
    expect(new Map(read.map(({ name, contents }) => [name, contents.toString('utf8')]))).toEqual(
      new Map(files.map(({ name, contents }) => [name, contents.toString('utf8')])),
    );
  });

  test('is the same for the same files in whatever order, so that Terraform sees no change', () => {
    expect(zipOf(files.toReversed()).equals(zipOf(files))).toBe(true);
    expect(zipOf([...files, { name: 'more', contents: bytes('') }]).equals(zipOf(files))).toBe(false);
  });

  test('may be empty', () => {
    expect(readZip(zipOf([]))).toEqual([]);
  });
});

/** As Cloud Build does it: unpacked somewhere, its packages installed from its own lockfile. */
describe('what npm run build puts into dist/functions.zip', () => {
  let folder: string;
  let zip: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mason-zip-'));
    const built = join(folder, 'built');
    await writeFunctions(built);
    // What somebody tries there is not deployed.
    await mkdir(join(built, 'node_modules', 'tried'), { recursive: true });
    await writeFile(join(built, 'node_modules', 'tried', 'index.js'), '');
    zip = zipOfFolder(built);
    for (const { name, contents } of readZip(zip)) {
      await mkdir(dirname(join(folder, 'deployed', name)), { recursive: true });
      await writeFile(join(folder, 'deployed', name), contents);
    }
    await run('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: join(folder, 'deployed'),
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is the bundles and what they need, and nothing else', () => {
    expect(readZip(zip).map(({ name }) => name)).toEqual([
      ...['google.js', 'index.js', 'index.js.map', 'opentelemetry.js', 'package-lock.json', 'package.json'],
    ]);
  });

  test.each([...TOPICS, ...HTTP_FUNCTIONS])('serves %s from a folder of its own', async (target) => {
    const port = await freePort();
    const child = serve({ folder: join(folder, 'deployed'), target, port });
    try {
      await child.ready;
      const answer = await fetch(`http://127.0.0.1:${port}/metric?type=none`, { method: 'GET' });
      // It is loaded and asked: without an environment it says what is missing, and a CloudEvent function refuses a GET.
      expect(answer.status).not.toBe(404);
      expect(child.said()).not.toMatch(/Cannot find|is not defined in/);
    } finally {
      child.process.kill('SIGKILL');
    }
  });
});

function serve({ folder, target, port }: { folder: string; target: string; port: number }): {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  said(): string;
} {
  const program = join(
    folder,
    'node_modules',
    '@google-cloud',
    'functions-framework',
    'build',
    'src',
    'main.js',
  );
  const signature = HTTP_FUNCTIONS.includes(target) ? 'http' : 'cloudevent';
  const child = spawn(
    process.execPath,
    [program, `--target=${target}`, `--signature-type=${signature}`, `--port=${port}`],
    { cwd: folder, env: { PATH: process.env['PATH'], HOST: '127.0.0.1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ready = async (): Promise<void> => {
    while (!(await listens(`127.0.0.1:${port}`))) {
      if (child.exitCode !== null) throw new Error(`${target} ended with ${child.exitCode}:\n${output}`);
      await delay(50);
    }
  };
  return { process: child, ready: ready(), said: () => output };
}

/** Another reading of the format than the writer's: by the directory at its end. */
function readZip(zip: Buffer): readonly { readonly name: string; readonly contents: Buffer }[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const count = zip.readUInt16LE(end + 10);
  const files = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [length, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const name = zip.toString('utf8', at + 46, at + 46 + length);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const contents = inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20)));
    expect({ name, crc: crc32(contents), size: contents.length, local: zip.readUInt32LE(local) }).toEqual({
      ...{ name, crc: zip.readUInt32LE(at + 16), size: zip.readUInt32LE(at + 24), local: 0x04034b50 },
    });
    files.push({ name, contents });
    at += 46 + length + extra + comment;
  }
  return files;
}
