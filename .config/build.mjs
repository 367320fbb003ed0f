// Bundles what runs: dist/mason.js (the command), dist/local.js (everything in one process), dist/cloud.js (every function
// in a process of its own, on emulators), dist/functions, the folder that is deployed, and dist/functions.zip, from which
// Terraform deploys it; what other packages import, and the template that they copy. Run directly it always builds, with
// the types of what is imported; setup.mjs builds when isFresh() says no, without them.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pruneLockfile } from './prune-lockfile.mjs';
import { zipOf } from './zip.mjs';

const FRAMEWORK = '@google-cloud/functions-framework';

/**
 * Packages that a function needs only as its environment says, each group in a file of its own that is read when one of
 * them is used first. In the one bundle they cost each cold start 130 ms of CPU for being read alone (of 13 MB).
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const LAZY_PACKAGES = {
  google: ['gaxios', 'google-auth-library', '@google-cloud/firestore', '@google-cloud/pubsub'],
  opentelemetry: [
    '@opentelemetry/api',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace-base',
  ],
};

/**
 * What other packages import: `exports` of package.json names them, and their types below dist/types.
 *
 * @type {readonly {name: string, entry: string}[]}
 */
const LIBRARIES = [
  { name: 'client', entry: 'shared/client/index.ts' },
  { name: 'masonable', entry: 'shared/masonables/masonable.ts' },
  { name: 'masonable-contract', entry: 'shared/masonables/contract.ts' },
];

const TEMPLATE = 'shared/masonables/template';

/** No half of a file that another build is writing, nor what somebody has installed there to try it. */
const DEPLOYED = /^(?!node_modules[/]).*[.](?:js|map|json)$/;

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');

/**
 * The files of the console's page, which it reads itself where it runs from its sources.
 *
 * @type {import('esbuild').Plugin}
 */
const withPage = {
  name: 'console-page',
  setup(build) {
    build.onLoad({ filter: /functions[/\\]console[/\\]assets[.]js$/ }, async ({ path }) => {
      const { ASSETS } = await import(path);
      return { contents: `export const ASSETS = ${JSON.stringify(ASSETS)};` };
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  sourcemap: true,
  keepNames: true,
  logLevel: 'warning',
  write: false,
  plugins: [withPage],
};

/** @type {(import('esbuild').BuildOptions & {entryPoints: [string], outfile: string})[]} */
const bundles = [
  {
    entryPoints: ['shared/cli/main.ts'],
    outfile: 'dist/mason.js',
    format: 'esm',
    packages: 'external',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    entryPoints: ['shared/local/main.ts'],
    outfile: 'dist/local.js',
    format: 'esm',
    packages: 'external',
    banner: { js: '#!/usr/bin/env -S node --enable-source-maps --disable-warning=ExperimentalWarning' },
  },
  {
    entryPoints: ['shared/cloud/local/main.ts'],
    outfile: 'dist/cloud.js',
    format: 'esm',
    packages: 'external',
  },
  ...LIBRARIES.map(({ name, entry }) => ({
    entryPoints: /** @type {[string]} */ ([entry]),
    outfile: `dist/${name}.js`,
    format: /** @type {const} */ ('esm'),
    packages: /** @type {const} */ ('external'),
  })),
];

/**
 * What is deployed. One CommonJS file loads in half the CPU time of the packages (measured: 317 against 667 ms of a cold
 * start). The framework stays outside, or the bundle would register its functions in a copy that nobody asks.
 *
 * @param {string} folder
 * @returns {import('esbuild').BuildOptions[]}
 */
export function functionsBundles(folder) {
  const groups = Object.entries(LAZY_PACKAGES).map(([group, packages]) => ({
    ...shared,
    stdin: {
      contents: packages.map((name) => `exports['${name}'] = () => require('${name}');`).join('\n'),
      resolveDir: root,
    },
    outfile: join(folder, `${group}.js`),
    format: /** @type {const} */ ('cjs'),
    // Nothing of ours is in it, and a map as large would be deployed with it.
    sourcemap: false,
  }));
  const main = {
    ...shared,
    entryPoints: ['functions/index.ts'],
    outfile: join(folder, 'index.js'),
    format: /** @type {const} */ ('cjs'),
    external: [FRAMEWORK],
    plugins: [fromGroups, withPage],
  };
  return [main, ...groups];
}

/** Takes the lazy packages from the files of their groups. @type {import('esbuild').Plugin} */
const fromGroups = {
  name: 'lazy-packages',
  setup(build) {
    const groupOf = new Map(
      Object.entries(LAZY_PACKAGES).flatMap(([group, packages]) => packages.map((name) => [name, group])),
    );
    build.onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
      groupOf.has(path) ? { path, namespace: 'lazy-package' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy-package' }, ({ path }) => ({
      contents: `module.exports = require('./${groupOf.get(path)}.js')['${path}']();`,
    }));
    build.onResolve({ filter: /^[.]/, namespace: 'lazy-package' }, ({ path }) => ({ path, external: true }));
  },
};

export async function build() {
  const start = Date.now();
  const stamp = stampOfSources();
  const missing = bundles
    .map(({ entryPoints: [entry] }) => entry)
    .filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) throw new Error(`build: no such entry: ${missing.join(', ')}`);

  const folder = join(dist, 'functions');
  await Promise.all([writeBundles(bundles), writeFunctions(folder)]);
  write(join(dist, 'functions.zip'), zipOfFolder(folder));
  writeTemplate(join(dist, 'template'));
  for (const program of ['mason.js', 'local.js']) chmodSync(join(dist, program), 0o755);
  write(stampFile, stamp);
  process.stderr.write(`built dist in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

/** The folder that is deployed: its bundles, and what it needs beside them. */
export async function writeFunctions(/** @type {string} */ folder) {
  await writeBundles(functionsBundles(folder));
  writeManifest(folder);
}

/** The folder to copy from, which imports from this package what it imports here from its sources. */
function writeTemplate(/** @type {string} */ folder) {
  for (const file of filesBelow(join(root, TEMPLATE))) {
    const text = LIBRARIES.reduce(
      (before, { name, entry }) => before.replaceAll(`'../${basename(entry)}'`, `'${packageName()}/${name}'`),
      readFileSync(file, 'utf8'),
    );
    write(join(folder, relative(join(root, TEMPLATE), file)), text);
  }
}

const packageName = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;

/** The declarations of the libraries, and of all that they import. */
export async function writeTypes(/** @type {string} */ folder) {
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(
    LIBRARIES.map(({ entry }) => join(root, entry)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: folder,
    },
  );
  const { diagnostics } = program.emit(undefined, write);
  if (diagnostics.length > 0)
    throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options)));
}

async function writeBundles(/** @type {readonly import('esbuild').BuildOptions[]} */ all) {
  const { build: bundle } = await import('esbuild');
  const results = await Promise.all(all.map((options) => bundle({ ...shared, ...options })));
  for (const { outputFiles = [] } of results) {
    for (const { path, contents } of outputFiles) write(path, contents);
  }
}

export function isFresh() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOfSources();
}

/** Names, sizes and times instead of contents, so that the check before every script stays cheap. */
function stampOfSources() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const files = ['functions', 'shared'].flatMap((folder) => filesBelow(join(root, folder)));
  const others = [
    join(root, 'infra', 'topics.json'),
    fileURLToPath(import.meta.url),
    fileURLToPath(new URL('zip.mjs', import.meta.url)),
  ];
  for (const file of [...files, ...others].sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @returns {string[]} */
function filesBelow(/** @type {string} */ folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** From these a deployment installs the one package that the bundle leaves outside, in the versions that were tested. */
function writeManifest(/** @type {string} */ folder) {
  const manifest = functionsPackage();
  write(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const lockfile = pruneLockfile(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')), manifest);
  write(join(folder, 'package-lock.json'), `${JSON.stringify(lockfile, null, 2)}\n`);
}

/** Of what is deployed only: a package.json with what it needs, and no package itself. */
export function zipOfFolder(/** @type {string} */ folder) {
  const names = filesBelow(folder).map((path) => relative(folder, path).split(sep).join('/'));
  return zipOf(
    names
      .filter((name) => DEPLOYED.test(name))
      .map((name) => ({ name, contents: readFileSync(join(folder, name)) })),
  );
}

function functionsPackage() {
  const { name, version, license, engines, dependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return {
    name: `${name}-functions`,
    version,
    private: true,
    license,
    type: 'commonjs',
    main: 'index.js',
    engines,
    dependencies: { [FRAMEWORK]: dependencies[FRAMEWORK] },
  };
}

/** By renaming, so that whoever starts meanwhile loads the old bundle or the new one, never half of one. */
function write(/** @type {string} */ path, /** @type {string | Uint8Array} */ contents) {
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}`;
  writeFileSync(half, contents);
  renameSync(half, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeTypes(join(dist, 'types'));
  await build();
}
