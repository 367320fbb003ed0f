import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { root } from './processes.ts';

const GUIDE = join(root, 'shared', 'masonables', 'template', 'README.md');
const run = promisify(execFile);
/** Whatever is called `node` is the one that runs the tests. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` };

let folder = '';
let packed: readonly string[] = [];
let manifest: Manifest = { name: '', bin: {}, exports: {} };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mason-package-'));
  const emit = `(await import('./.config/build.mjs')).writeTypes('dist/types')`;
  await run(process.execPath, ['--input-type=module', '--eval', emit], { cwd: root });
  const flags = ['--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await run('npm', ['pack', ...flags], { cwd: root, env });
  const [{ files } = { files: [] }] = JSON.parse(stdout) as { files: { path: string }[] }[];
  packed = files.map(({ path }) => path);
  manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

describe('The package', () => {
  test('has all that it promises: its programs, and what others import with its types', () => {
    const promised = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === 'string' ? [entry] : Object.values(entry),
      ),
    ];
    expect(promised.length).toBeGreaterThan(5);
    for (const path of promised) expect(packed).toContain(path.replace(/^\.\//, ''));
  });

  test('has no sources, no tests of ours, and nothing but bundles, the template and what is deployed', () => {
    const others = packed.filter(
      (path) =>
        !/^(?:LICENSE|README[.]md|package[.]json)$/.test(path) &&
        !/^dist[/](?:[a-z-]+[.]js(?:[.]map)?|functions[/][a-z-]+[.](?:js|js[.]map|json))$/.test(path) &&
        !/^dist[/](?:template[/]|types[/].*[.]d[.]ts$)/.test(path),
    );
    expect(others).toEqual([]);
  });
});

describe('The guide "write your own Masonable"', () => {
  /** As `npm install` would leave it, without a registry: the packages that it needs are those of this checkout. */
  beforeAll(async () => {
    const modules = join(folder, 'node_modules');
    const installed = join(modules, manifest.name);
    for (const path of packed) await cp(join(root, path), join(installed, path));
    await mkdir(join(modules, '.bin'));
    for (const [name, path] of Object.entries(manifest.bin)) {
      await chmod(join(installed, path), 0o755);
      await symlink(join('..', manifest.name, path), join(modules, '.bin', name));
    }
    await symlink(join(root, 'node_modules'), join(installed, 'node_modules'));
    for (const name of ['zod', '@types'])
      await symlink(join(root, 'node_modules', name), join(modules, name));
  });

  test('works to the letter: the contract suite passes, the config is good, and its members become free', async () => {
    const guide = await readFile(GUIDE, 'utf8');
    const [, block = ''] = /```sh\n(.*?)```/s.exec(guide) ?? [];
    const lines = block
      .split('\n')
      .map((line) => line.replace(/ +#.*/, ''))
      .filter((line) => line !== '' && !line.startsWith('npm install'));
    const last = lines.pop() ?? '';
    expect(last).toContain('npx serverless-mason');
    const script = [...lines, `${last} --json --port 0 --until-idle --timeout 4m`].join('\n');
    const { stdout } = await run('sh', ['-ec', script], { cwd: folder, env });
    expect(stdout).toMatch(/^. pass 16$|^# pass 16$/m);
    expect(stdout).toContain('masonable/resources.yaml is good: 2 types');
    const [ended = ''] = stdout.trimEnd().split('\n').slice(-1);
    expect(JSON.parse(ended)).toMatchObject({ event: 'ended', reason: 'idle', exitCode: 0 });
  });

  test('has a contract suite for cleaners, too: one that deletes all passes, one that lies does not', async () => {
    const tested = (name: string, left: string): Promise<void> =>
      writeFile(
        join(folder, `${name}.test.mjs`),
        `import { test } from 'node:test';
        import { cleanerContract } from '${manifest.name}/masonable-contract';
        import { destroyed } from '${manifest.name}/masonable';
        const open = () => {
          let dirt = ['a', 'b'];
          const clean = async (resource, { signal }) => {
            signal.throwIfAborted();
            await new Promise(setImmediate);
            signal.throwIfAborted();
            dirt = ${left};
            return destroyed;
          };
          const resource = { type: 'project', name: 'p-1', userData: {} };
          return { cleaner: { clean }, resource, dirt: async () => dirt };
        };
        cleanerContract(open, { test, wait: async () => undefined });`,
      );
    await Promise.all([tested('cleaner', '[]'), tested('liar', 'dirt.slice(1)')]);
    const ofTests = (name: string) =>
      run(process.execPath, ['--test', '--test-reporter', 'tap', `${name}.test.mjs`], { cwd: folder, env });
    expect((await ofTests('cleaner')).stdout).toMatch(/^# pass 5$/m);
    await expect(ofTests('liar')).rejects.toMatchObject({
      stdout: expect.stringMatching(/^# fail [1-5]$/m) as unknown,
    });
  });

  test('has a template whose types fit, and types that refuse what does not', async () => {
    const misuse = [
      `import { constructed, notYet, type Masonable, type Registry } from '${manifest.name}/masonable';`,
      `import type { CleanerStand, Stand } from '${manifest.name}/masonable-contract';`,
      ...[
        'constructed({ port: 8080 })',
        'notYet(null)',
        '({}) satisfies Masonable',
        '({}) satisfies Stand',
        '({}) satisfies CleanerStand',
      ].map((line) => `// @ts-expect-error\nvoid (${line});`),
      '// @ts-expect-error\nexport const register = (registry: Registry) => registry.registerCleaner(1, 2);',
    ];
    await cp(join(root, 'dist', 'template'), join(folder, 'masonable'), { recursive: true });
    await writeFile(join(folder, 'misuse.ts'), misuse.join('\n'));
    const flags = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
    const args = ['--skipLibCheck', '--allowImportingTsExtensions', '--ignoreConfig'];
    const files = ['misuse.ts', ...['index.ts', 'index.test.ts'].map((name) => join('masonable', name))];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const check = run(process.execPath, [tsc, ...flags, ...args, ...files], { cwd: folder });
    const { stdout } = await check.catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout, { cause: error });
    });
    expect(stdout).toBe('');
  });
});
