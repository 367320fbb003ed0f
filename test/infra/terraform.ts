import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const infra = join(root, 'infra');

export interface Ran {
  readonly code: number;
  /** Of both streams: Terraform says on one what belongs to the other. */
  readonly said: string;
  readonly stdout: string;
}

/** A copy of infra/, so that what Terraform writes beside its files is never in the way of others. */
export interface Copy {
  readonly folder: string;
  /** @param at folder in the copy, '' for the root module */
  terraform(at: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  remove(): Promise<void>;
}

export async function copyInfra(): Promise<Copy> {
  const place = await mkdtemp(join(tmpdir(), 'mason-infra-'));
  const folder = join(place, 'infra');
  await cp(infra, folder, { recursive: true, filter: (path) => !basename(path).startsWith('.terraform') });
  // Where npm run build puts what is deployed. Terraform looks at its hash alone.
  await mkdir(join(place, 'dist'));
  await cp(join(infra, 'tests/fixtures/functions.zip'), join(place, 'dist/functions.zip'));
  return {
    folder,
    terraform: (at, args, env = {}) => run([`-chdir=${join(folder, at)}`, ...args], env),
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

/** Every folder with Terraform files in it, from infra/; '' is the root module. */
export async function modules(): Promise<readonly string[]> {
  const files = await readdir(infra, { recursive: true, withFileTypes: true });
  const folders = files
    .filter(({ name, parentPath }) => name.endsWith('.tf') && !parentPath.includes('/.terraform'))
    .map(({ parentPath }) => relative(infra, parentPath));
  return [...new Set(folders)].sort();
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 2 ** 20 };
    execFile('terraform', [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, said: stdout + stderr });
      else reject(error ?? new Error('terraform was ended'));
    });
  });
}
