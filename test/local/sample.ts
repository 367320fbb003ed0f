import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

import type { ResourceRecord } from '../../shared/ledger/records.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { openLocalLedger } from '../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../shared/runtime/random.ts';
import { until } from '../support/until.ts';
import { killAll, root } from './processes.ts';

const SAMPLE = join(root, 'infra', 'examples', 'local', 'resources.yaml');

/** The sample as newcomers find it, in a folder of its own and on ports of its own. */
export interface Sample {
  readonly folder: string;
  readonly config: string;
  readonly data: string;
  readonly ports: readonly number[];
  /** Ends every process that works in the folder, and deletes it. */
  close(): Promise<void>;
}

export interface SampleSize {
  readonly services: number;
  readonly ports: number;
  readonly folders: number;
}

export async function openSample(size: SampleSize = { services: 3, ports: 5, folders: 4 }): Promise<Sample> {
  const { folder, ports } = await findPlace(size.ports);
  const config = join(folder, 'resources.yaml');
  const names = ports.map((_, at) => `port-${at + 1}`).join(', ');
  const text = substituted(await readFile(SAMPLE, 'utf8'), [
    [/\.mason\/folders/g, join(folder, 'folders')],
    [/names: \[.*\]/, `names: [${names}]`],
    [/min-count: 3\n( +)max-count: 3/, `min-count: ${size.services}\n$1max-count: ${size.services}`],
    [/min-count: 4\n( +)max-count: 5/, `min-count: ${size.folders}\n$1max-count: ${size.folders + 1}`],
  ]);
  await writeFile(config, text);
  return { folder, config, ports, data: join(folder, 'data'), close: () => closeSample(folder) };
}

/** A folder that stands for the project's: there `npm start` finds the sample as it is. */
export async function openSampleProject(): Promise<Pick<Sample, 'folder' | 'data' | 'close'>> {
  const { folder } = await findPlace(5, join('.mason', 'folders'));
  await cp(dirname(SAMPLE), join(folder, relative(root, dirname(SAMPLE))), { recursive: true });
  return { folder, data: join(folder, '.mason'), close: () => closeSample(folder) };
}

/** The folder says which ports the sample takes (infra/examples/local/service.mjs): one of which nobody else has a port. */
async function findPlace(count: number, folders = 'folders'): Promise<{ folder: string; ports: number[] }> {
  for (;;) {
    const folder = await mkdtemp(join(tmpdir(), 'mason-sample-'));
    const block = createHash('sha256').update(join(folder, folders)).digest().readUInt16BE() % 700;
    const ports = Array.from({ length: count }, (_, at) => 18_000 + block * 20 + at + 1);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return { folder, ports };
    await rm(folder, { recursive: true });
  }
}

function substituted(text: string, changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    if (changed.search(from) === -1) throw new Error(`the sample has no ${from} any more`);
    return changed.replace(from, to);
  }, text);
}

/** Services end with their folder; commands that a kill -9 of Mason left behind end by themselves, but may make it anew. */
async function closeSample(folder: string): Promise<void> {
  await killAll();
  await until(async () => {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined); // Somebody may write in it still.
    return !(await isInUse(folder));
  });
  await rm(folder, { recursive: true, force: true });
}

async function isInUse(folder: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  return stdout.includes(folder);
}

/** Whether nobody listens on this port of the loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () =>
      server.close(() => {
        resolve(true);
      }),
    );
  });
}

/** What a service says of itself; null: nobody answers. */
export async function whoIsOn(port: number): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/whoami`);
    return (await response.json()) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Everything in the ledger; nothing, if Mason has not come so far as to make it. */
export async function readRecords(data: string): Promise<readonly ResourceRecord[]> {
  await mkdir(data, { recursive: true });
  const ledger = openLocalLedger(join(data, 'ledger.sqlite'), { clock: systemClock, random: systemRandom });
  try {
    return await ledger.views.records({ limit: 10_000 });
  } finally {
    await ledger.close();
  }
}

/** What is wrong with the ledger and the services, taken together; nothing, if all is as it must be at rest. */
export async function faultsOf(
  { data, ports }: Pick<Sample, 'data' | 'ports'>,
  size: SampleSize,
): Promise<string[]> {
  const records = await readRecords(data);
  const faults: string[] = [];
  const must = (isTrue: boolean, fault: string): void => {
    if (!isTrue) faults.push(fault);
  };
  const ofType = (wanted: string): ResourceRecord[] => records.filter(({ type }) => type === wanted);
  const services = ofType('notes-service');
  const holders = new Map<string, string[]>();
  for (const { name, work } of services) {
    for (const lease of work?.leases ?? [])
      holders.set(lease.name, [...(holders.get(lease.name) ?? []), name]);
  }

  must(services.length === size.services, `${services.length} services`);
  must(ofType('port').length === size.ports, `${ofType('port').length} ports`);
  must(ofType('folder').length === size.folders, `${ofType('folder').length} folders`);
  for (const [name, held] of holders) must(held.length === 1, `${name} is held by ${held.join(' and ')}`);
  for (const { name, type, state, owner, heldBy } of records) {
    const holder = holders.get(name)?.[0] ?? null;
    const expected = type === 'notes-service' || holder === null ? 'free' : holder;
    must(
      state === expected && owner === '' && heldBy === holder,
      `${name} is ${state}, owner "${owner}", held by ${heldBy}`,
    );
  }
  for (const record of services) faults.push(...(await faultsOfService(record, ports)));
  for (const [at, port] of ports.entries()) {
    if (holders.has(`port-${at + 1}`)) continue;
    must((await whoIsOn(port)) === null, `a service is left on the free port ${port}`);
  }
  return faults;
}

async function faultsOfService(record: ResourceRecord, ports: readonly number[]): Promise<string[]> {
  const { name, userData, work } = record;
  const leased = (type: string): string[] =>
    (work?.leases ?? []).filter((lease) => lease.type === type).map((lease) => lease.name);
  const [portName = '', ...morePorts] = leased('port');
  const [folder = '', ...moreFolders] = leased('folder');
  const port = ports[Number(portName.replace('port-', '')) - 1] ?? 0;
  const who = await whoIsOn(port);
  const facts = [
    morePorts.length + moreFolders.length === 0 && portName !== '' && folder !== '',
    userData['url'] === `http://127.0.0.1:${port}`,
    userData['folder']?.endsWith(`/${folder}`) === true && userData['folder'] === who?.['folder'],
    who?.['resource'] === name &&
      who['cycle'] === String(work?.cycle) &&
      String(who['pid']) === userData['pid'],
  ];
  return facts.every(Boolean)
    ? []
    : [`${name} does not fit its service: ${JSON.stringify({ userData, who, leases: work?.leases })}`];
}
