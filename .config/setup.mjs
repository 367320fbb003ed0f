// Makes a checkout ready: packages from the lockfile, a Node that is new enough, fresh bundles. Every npm script has it
// as its `pre` script, so it starts on Node 18 and costs next to nothing when there is nothing to do.
//
// It can't be the first half of `setup && main`: npm puts node_modules/.bin first on the PATH, but a shell that ran the
// machine's old node once remembers where that was and would run the rest with it.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ADDED_NODE_VERSION = '24.21.0';
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const LOCK_BEAT_MS = 500;
const LOCK_POLL_MS = 250;
/** 10 s without a beat: the holder was killed, since a busy machine delays a beat by less. */
const LOCK_POLLS_UNTIL_DEAD = 40;

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.setup-stamp');
const lockFolder = join(modules, '.setup-lock');
/** There from the start of an npm install to its end: one without a living npm was interrupted. */
const npmPidFile = join(modules, '.setup-npm');
const addedNode = join(modules, '.bin', 'node');
const installOnly = process.argv.includes('--install-only');

try {
  if (!(await isReady())) await withLock(makeReady);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function isReady() {
  return isInstalled() && (installOnly || (await import('./build.mjs')).isFresh());
}

async function makeReady() {
  if (!isInstalled()) await install();
  if (installOnly) return;
  const { build, isFresh } = await import('./build.mjs');
  if (!isFresh()) await build();
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockfileStamp() && !lacksNode();
}

/** A plain `npm install` keeps the stamp but removes the added Node, which no package.json names. */
function lacksNode() {
  return !isNewEnough(process.versions.node) && !existsSync(addedNode);
}

/** From 22.16 on Node has node:sqlite with all that the ledger asks of it, and module.stripTypeScriptTypes; 23 had them only half. */
function isNewEnough(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 16);
}

async function install() {
  const addsNode = !isNewEnough(process.versions.node) || existsSync(addedNode);
  const withNode = addsNode
    ? `, with Node ${ADDED_NODE_VERSION} beside them (found ${process.versions.node})`
    : '';
  say(`installing ${countPackages()} packages${withNode}…`);
  const start = Date.now();
  if (existsSync(npmPidFile)) removeHalfInstalled();

  // --no-save also keeps npm from touching the lockfile. One command for both: a second one would remove the Node.
  const { code, output } = await npm(
    ['install', '--no-save', '--include=dev', '--prefer-offline', '--no-progress', '--loglevel=error'],
    addsNode ? [`${nodePackage()}@${ADDED_NODE_VERSION}`] : [],
  );
  if (code === null) throw new Error('npm install was interrupted');
  rmSync(npmPidFile, { force: true });
  if (code !== 0) {
    const nodeIsMissing = /\b(E404|ETARGET|EBADPLATFORM)\b/.test(output) && output.includes(nodePackage());
    throw new Error(nodeIsMissing ? adviceOnNode() : `npm install failed:\n${output.trim()}`);
  }
  if (addsNode && spawnSync(addedNode, ['--version']).status !== 0) throw new Error(adviceOnNode());

  writeFileSync(`${stampFile}.new`, lockfileStamp());
  renameSync(`${stampFile}.new`, stampFile);
  say(`installed in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

/**
 * The package of the registry's `node` for this platform. `node` itself only downloads it from an install script, and
 * npm is on its way to run none of those unasked.
 */
function nodePackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const family = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${family}-${platform}-${process.arch}`;
}

function adviceOnNode() {
  return [
    `Node ${process.versions.node} is too old: this project needs 22.16 or later, and the registry has no Node`,
    `${ADDED_NODE_VERSION} that runs on ${process.platform} ${process.arch}. Install Node 24 from https://nodejs.org`,
    '(or `nvm install 24`, `brew install node@24`), then run the same command again.',
  ].join('\n');
}

function countPackages() {
  /** @type {{packages: Record<string, {os?: string[], cpu?: string[]}>}} */
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const fits = (/** @type {string[] | undefined} */ names, /** @type {string} */ own) =>
    !names || names.includes(own);
  return Object.entries(packages).filter(
    ([path, { os, cpu }]) => path !== '' && fits(os, process.platform) && fits(cpu, process.arch),
  ).length;
}

function lockfileStamp() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch} ${ADDED_NODE_VERSION}`)
    .digest('hex');
}

/**
 * Runs npm with the Node that it was started with: the `node` on the PATH may be the very one that is being replaced.
 * A signal ends npm first, so that nothing is still writing when the lock is free. No exit code: it was interrupted.
 * @param {string[][]} parts
 * @returns {Promise<{code: number | null, output: string}>}
 */
async function npm(...parts) {
  const args = parts.flat();
  const { npm_execpath: script, npm_node_execpath: node = process.execPath } = process.env;
  const child =
    script && basename(script) === 'npm-cli.js'
      ? spawn(node, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn('npm', args, {
          cwd: root,
          stdio: ['ignore', 'pipe', 'pipe'],
          shell: process.platform === 'win32',
        });
  if (child.pid) writeFileSync(npmPidFile, String(child.pid));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));

  let isInterrupted = false;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    isInterrupted = true;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`npm can't be started: ${error.message}`)));
      child.once('close', (code) => resolve({ code: isInterrupted ? null : code, output }));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/** What a killed npm leaves has whole-looking packages without half of their files, which npm itself trusts. */
function removeHalfInstalled() {
  for (const name of readdirSync(modules)) {
    if (join(modules, name) !== lockFolder) rmSync(join(modules, name), { recursive: true, force: true });
  }
}

/**
 * One set-up at a time in a checkout: two npm installs in one node_modules break each other.
 * @param {() => Promise<void>} work
 */
async function withLock(work) {
  await takeLock();
  const beat = setInterval(beatLock, LOCK_BEAT_MS);
  try {
    await work();
  } finally {
    clearInterval(beat);
    releaseLock();
  }
}

async function takeLock() {
  mkdirSync(modules, { recursive: true });
  if (createLock()) return;
  say(
    `waiting for another set-up of this checkout (if there is none, remove ${relative(root, lockFolder)})…`,
  );
  let silentPolls = 0;
  for (let lastBeat; !createLock(); await sleep(LOCK_POLL_MS)) {
    const beat = statSync(lockFolder, { throwIfNoEntry: false })?.mtimeMs;
    silentPolls = beat === lastBeat ? silentPolls + 1 : 0;
    lastBeat = beat;
    // A set-up that was killed leaves its npm at work.
    if (silentPolls >= LOCK_POLLS_UNTIL_DEAD && !isNpmRunning()) releaseLock();
  }
}

function createLock() {
  try {
    mkdirSync(lockFolder);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function beatLock() {
  const now = new Date();
  // Gone when another took it for dead while this machine slept; the work still ends well.
  if (existsSync(lockFolder)) utimesSync(lockFolder, now, now);
}

function releaseLock() {
  rmSync(lockFolder, { recursive: true, force: true });
}

function isNpmRunning() {
  if (!existsSync(npmPidFile)) return false;
  try {
    return process.kill(Number(readFileSync(npmPidFile, 'utf8')), 0);
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
}

function isCode(/** @type {unknown} */ error, /** @type {string} */ code) {
  return /** @type {NodeJS.ErrnoException} */ (error).code === code;
}

function say(/** @type {string} */ line) {
  process.stderr.write(`${line.replace(/^/gm, 'setup: ')}\n`);
}
