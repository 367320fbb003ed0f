import { rm } from 'node:fs/promises';

import { MasonError } from '../errors.ts';
import { startProcess } from './local/emulatorProcess.ts';
import { freePort } from './local/freePort.ts';
import { listens } from './local/listens.ts';
import { scratchFolder } from './local/scratchFolder.ts';

export type EmulatorKind = 'firestore' | 'pubsub';

export interface EmulatorOptions {
  /** The project that it knows without being told; it takes calls for any other, too. */
  readonly projectId: string;
  /** On 127.0.0.1 (default: any that is free). */
  readonly port?: number;
}

export interface Emulator {
  /** `127.0.0.1:PORT`, as FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST have it. */
  readonly host: string;
  /** Ends it, and what it held is gone. May be called twice. */
  stop(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly projectId: string;
  readonly folder: string;
}

const COMMANDS: Readonly<Record<EmulatorKind, (place: Place) => readonly string[]>> = {
  firestore: ({ host, projectId }) => [
    ...['gcloud', 'emulators', 'firestore', 'start'],
    ...[`--host-port=${host}`, `--project=${projectId}`],
  ],
  pubsub: ({ host, projectId, folder }) => [
    ...['gcloud', 'beta', 'emulators', 'pubsub', 'start'],
    ...[`--host-port=${host}`, `--project=${projectId}`, `--data-dir=${folder}`],
  ],
};

/**
 * Runs one of Google's emulators, empty, reachable from this machine only. It ends with our process at the latest, however
 * that ends. Whose clients talk to it sets METADATA_SERVER_DETECTION=none, or they look for a metadata server first.
 *
 * @throws MasonError ENVIRONMENT_INVALID if the port is taken, SERVER_UNREACHABLE with its output if it doesn't get to answer
 */
export async function startEmulator(
  kind: EmulatorKind,
  { projectId, port }: EmulatorOptions,
): Promise<Emulator> {
  const host = `127.0.0.1:${port ?? (await freePort())}`;
  // Pub/Sub's would neither take a port that is in use nor end: it would only never answer.
  if (await listens(host)) {
    throw new MasonError('ENVIRONMENT_INVALID', `${host} is taken already: choose another port for ${kind}.`);
  }
  const folder = await scratchFolder();
  const emulator = startProcess({ argv: COMMANDS[kind]({ host, projectId, folder }), host, folder });
  const end = async (): Promise<void> => {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  };
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => (ended ??= end());
  try {
    await emulator.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, stop };
}

export interface Emulators {
  readonly hosts: Readonly<Record<EmulatorKind, string>>;
  stop(): Promise<void>;
}

/** Both, at the same time. @throws MasonError as startEmulator does; then neither runs */
export async function startEmulators(projectId: string): Promise<Emulators> {
  const starts = await Promise.allSettled([
    startEmulator('firestore', { projectId }),
    startEmulator('pubsub', { projectId }),
  ]);
  const [firestore, pubsub] = starts.map((start) => (start.status === 'fulfilled' ? start.value : null));
  const stop = async (): Promise<void> => {
    await Promise.all([firestore?.stop(), pubsub?.stop()]);
  };
  if (firestore && pubsub) return { hosts: { firestore: firestore.host, pubsub: pubsub.host }, stop };
  await stop();
  throw starts.find((start) => start.status === 'rejected')?.reason;
}
