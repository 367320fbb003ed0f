// The one test command: `npm test` for everything, `npm test -- unit` for a suite (a folder of test/, or infra),
// `npm test -- ledger -t fencing` for what jest would select by path and name. Prints true totals as its last line.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{passed: number, failed: number, skipped: number}} Totals */

/** After its totals jest has this long to end; what still holds it then is a leak in a test. */
const JEST_EXIT_GRACE_MS = 20_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const inCi = /^(1|true)$/.test(process.env['CI'] ?? '');

/** How each tool that only some suites need is found. */
const tools = {
  gcloud: { isPresent: hasGcloudEmulators, what: 'gcloud with the Firestore and Pub/Sub emulators' },
  java: { isPresent: () => findOnPath('java') !== undefined, what: 'java' },
  maven: { isPresent: () => findOnPath('mvn') !== undefined, what: 'mvn' },
  chromium: {
    isPresent: () => ['chromium', 'chromium-browser', 'google-chrome'].some(findOnPath),
    what: 'chromium',
  },
  terraform: { isPresent: () => findOnPath('terraform') !== undefined, what: 'terraform' },
};

/** @typedef {keyof typeof tools} Tool */
/** @type {Record<string, Tool[]>} */
const needs = {
  emulator: ['gcloud', 'java'],
  browser: ['chromium'],
  infra: ['terraform'],
  model: ['java', 'maven'],
};

const jestSuites = readdirSync(join(root, 'test'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && filesBelow(join('test', entry.name), '.test.ts').length > 0)
  .map(({ name }) => name);
const infraModules = modulesWithTests();
const suites = [...new Set([...jestSuites, ...(infraModules.length > 0 ? ['infra'] : [])])];
/** What jest knows of what was asked for: `infra` has tests of Terraform, too, and may have no others. */
const jestArgs = args.filter((arg) => arg !== 'infra' || jestSuites.includes(arg));

const named = suites.filter((suite) => args.includes(suite));
const wanted = named.length > 0 ? named : suites;
const present = Object.keys(tools).filter((tool) => tools[/** @type {Tool} */ (tool)].isPresent());
/** Why a suite that is wanted can't run here. @type {Map<string, string>} */
const skips = new Map();
for (const suite of wanted) {
  const missing = (needs[suite] ?? []).filter((tool) => !present.includes(tool));
  if (missing.length > 0)
    skips.set(suite, `no ${missing.map((tool) => tools[tool].what).join(', no ')} on this machine`);
}
const runsInfra =
  infraModules.length > 0 && !skips.has('infra') && (args.length === 0 || named.includes('infra'));

reportSkips();
const totals = sum(
  (
    await Promise.all([
      jestArgs.length > 0 || args.length === 0 ? runJest().then((counted) => [counted]) : [],
      runsInfra ? testModules() : [],
    ])
  ).flat(),
);
reportSkips();
if (inCi) totals.failed += skips.size;
if (ran(totals) === 0) say('NO TEST RAN.');
process.exitCode = ran(totals) === 0 || totals.failed > 0 ? 1 : 0;
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);

/**
 * Jest's default reporter shows the progress; our own sends the totals, which no output of a test can imitate.
 * @returns {Promise<Totals>}
 */
async function runJest() {
  const skipped = jestSuites.filter((suite) => skips.has(suite)).map((suite) => `/test/${suite}/`);
  const selection = jestArgs.map((arg) => (jestSuites.includes(arg) ? `/test/${arg}/` : arg));
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--testPathIgnorePatterns', '/node_modules/', ...skipped],
      ...['--config', join(root, '.config', 'jest.config.mjs')],
      ...selection,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Google's clients would look for a metadata server, and wait for it, before they talk to an emulator.
      env: { ...process.env, METADATA_SERVER_DETECTION: 'none', MASON_TEST_TOOLS: present.join(',') },
    },
  );
  let counted = { passed: 0, failed: 0, skipped: 0, isComplete: false };
  let leaks = false;
  jest.on('message', (/** @type {typeof counted} */ message) => {
    counted = message;
    if (!counted.isComplete) return;
    setTimeout(() => {
      leaks = true;
      jest.kill('SIGKILL');
    }, JEST_EXIT_GRACE_MS).unref();
  });
  const code = await exitCode(jest);
  if (!counted.isComplete) say('JEST ENDED BEFORE ITS TESTS DID.');
  if (leaks) say('A TEST LEFT SOMETHING OPEN: jest had to be killed after its last test.');
  const hasOwnFault = code !== 0 && ran(counted) > 0 && counted.failed === 0;
  return { ...counted, failed: counted.failed + (hasOwnFault || !counted.isComplete ? 1 : 0) };
}

/** One after the other. */
async function testModules() {
  /** @type {Totals[]} */
  const counted = [];
  for (const folder of infraModules) counted.push(await testModule(folder));
  return counted;
}

/** @returns {Promise<Totals>} */
async function testModule(/** @type {string} */ folder) {
  const none = { passed: 0, failed: 0, skipped: 0 };
  say(`RUNS ${folder} (terraform test)`);
  const init = await terraform(folder, 'init', '-backend=false', '-input=false', '-no-color');
  if (init.code !== 0) {
    say(init.stderr);
    if (!/Failed to (query available provider packages|install provider)/.test(init.stderr))
      return { ...none, failed: 1 };
    // Without a registry the tool is there and of no use: as good as missing.
    skips.set('infra', "terraform can't fetch its providers on this machine");
    return none;
  }
  const test = await terraform(folder, 'test', '-json');
  /** @type {Totals | undefined} */
  let counted;
  for (const event of test.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))) {
    const { type, diagnostic, test_run: run, test_summary: summary } = event;
    if (type === 'diagnostic') say(`${event['@message']}\n${diagnostic.detail}`);
    if (run?.progress === 'complete') say(`${run.status.toUpperCase()} ${folder}/${run.path}: ${run.run}`);
    if (summary) counted = { ...summary, failed: summary.failed + summary.errored };
  }
  const isWhole = counted && (test.code === 0 || counted.failed > 0);
  return counted && isWhole ? counted : { ...none, ...counted, failed: 1 };
}

async function terraform(/** @type {string} */ folder, /** @type {string[]} */ ...parameters) {
  const child = spawn('terraform', [`-chdir=${folder}`, ...parameters], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  return { code: await exitCode(child), stdout, stderr };
}

/** The folders in which `terraform test` finds tests: those that hold them, or hold a tests/ that does. */
function modulesWithTests() {
  const folders = filesBelow('infra', '.tftest.hcl').map((file) => dirname(file));
  return [...new Set(folders.map((folder) => (basename(folder) === 'tests' ? dirname(folder) : folder)))];
}

/** @returns {string[]} paths from the root */
function filesBelow(/** @type {string} */ folder, /** @type {string} */ ending) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

/** Looks where the SDK keeps its components, since asking gcloud itself takes a second or more. */
function hasGcloudEmulators() {
  const gcloud = findOnPath('gcloud');
  if (!gcloud) return false;
  const platform = join(dirname(realpathSync(gcloud)), '..', 'platform');
  return ['cloud-firestore-emulator', 'pubsub-emulator'].every((name) => existsSync(join(platform, name)));
}

function findOnPath(/** @type {string} */ program) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function reportSkips() {
  for (const [suite, reason] of skips) say(`\n  SKIPPED SUITE ${suite}: ${reason}\n`);
}

/** @returns {Promise<number | null>} */
function exitCode(/** @type {import('node:child_process').ChildProcess} */ child) {
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
}

/** @returns {Totals} */
function sum(/** @type {Totals[]} */ parts) {
  const total = (/** @type {keyof Totals} */ key) => parts.reduce((count, part) => count + part[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

function ran(/** @type {Totals} */ { passed, failed }) {
  return passed + failed;
}

function say(/** @type {string} */ line) {
  process.stderr.write(`${line}\n`);
}
