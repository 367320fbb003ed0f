// How the scripts beside this one find a notes service, and end no other process by mistake: the service says itself who
// it is, and stops only for somebody who knows the secret in its folder.

/* global AbortSignal, fetch, performance */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const HOST = '127.0.0.1';
const POLL_MS = 20;
const ANSWER_MS = 5_000;

/**
 * Who a service is. `cycle` is the round of its resource in which it was started.
 * @typedef {{resource: string, cycle: string, folder: string, pid: number}} Identity
 */

/**
 * What Mason says to the command: the folders of this installation (the argument in resources.yaml, relative to where
 * Mason runs), and whatever the environment names.
 */
export function readOrder() {
  const [, , folders] = process.argv;
  if (!folders) throw new Error('the argument is missing: the folder in which the folders are');
  const { MASON_RESOURCE: resource = '', MASON_CYCLE: cycle = '' } = process.env;
  const { MASON_LEASED_PORT: port = '', MASON_LEASED_FOLDER: folder = '' } = process.env;
  const home = resolve(folders);
  return {
    /** The folder of all folders. */
    home,
    resource,
    cycle,
    folder: join(home, folder),
    port: portOf(port, home),
  };
}

/**
 * The TCP port that the resource `port-N` (N up to 20) stands for. Each checkout counts from a port of its own, so that
 * services of another one on this machine are not in the way.
 */
function portOf(/** @type {string} */ name, /** @type {string} */ home) {
  const block = createHash('sha256').update(home).digest().readUInt16BE() % 700;
  return 18_000 + block * 20 + Number(/\d+$/.exec(name)?.[0]);
}

export const urlOf = (/** @type {number} */ port) => `http://${HOST}:${port}`;

/** Where a service writes down its secret: whoever may read its folder may stop it. */
export const secretFile = (/** @type {string} */ folder) => join(folder, 'service.json');

/** What is no notes service, and none of our business. @type {Identity} */
const STRANGER = { resource: '', cycle: '', folder: '', pid: 0 };

/**
 * Who listens on the port.
 * @returns {Promise<Identity | null>} null: nobody
 */
export async function whoIsOn(/** @type {number} */ port) {
  try {
    const response = await fetch(`${urlOf(port)}/whoami`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const said = await response.json().catch(() => null);
    return said?.service === 'notes' ? said : STRANGER;
  } catch (error) {
    if (Object(error).name !== 'TimeoutError') return null;
    throw new Error(`what listens on port ${port} does not answer`, { cause: error });
  }
}

/** Ends a service of this installation that is on the port, and leaves anybody else there. */
export async function endServiceOn(/** @type {number} */ port, /** @type {string} */ home) {
  await until(async () => {
    const who = await whoIsOn(port);
    if (!who || dirname(who.folder) !== home) return true;
    await tellToStop(port, who.folder);
    return false;
  }, `the service on port ${port} does not end`);
}

async function tellToStop(/** @type {number} */ port, /** @type {string} */ folder) {
  const written = await readFile(secretFile(folder), 'utf8').catch(() => null);
  if (!written) return; // Its folder is gone: it is about to end by itself.
  const { secret } = JSON.parse(written);
  // It may end before its answer is out.
  await fetch(`${urlOf(port)}/stop`, { method: 'POST', headers: { secret } }).catch(() => null);
}

/**
 * @param {() => Promise<boolean>} isTrue
 * @param {string} reason for giving up
 */
export async function until(isTrue, reason) {
  // Less than the 10 s after which Mason gives the work of a Mason that was killed to another.
  const deadline = performance.now() + 8_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(reason);
    await delay(POLL_MS);
  }
}

/** Runs a script. Its error becomes one line on stderr, which Mason shows to people. */
export async function main(/** @type {() => Promise<void>} */ script) {
  try {
    await script();
  } catch (error) {
    console.error(`${basename(process.argv[1] ?? '')}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
