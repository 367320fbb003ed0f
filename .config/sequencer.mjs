/** @typedef {{readonly path: string}} Test */

/**
 * What takes longest, measured on two cores; most of it waits for an emulator or for processes. It comes first, so that no
 * worker is left with one of these at the end.
 */
const LONGEST = [
  'emulator/cloud',
  'emulator/ledger',
  'emulator/ledgerFaults',
  'emulator/boskosWire',
  'local/overHttp',
  'local/kills',
  'emulator/ledgerHammer',
  'emulator/cloudProgram',
  'unit/masonables/gcpCrashes',
  'model/model',
  'unit/masonables/gcpProjectCrashes',
  'emulator/boskos',
  'unit/functions/faults',
  'browser/console',
  'simulation/upheavals/takeover',
  'local/package',
  'contract/ledger/sqliteFile',
  'local/client',
  'infra/emulator',
];

/** Jest's own goes by what a run before took, which a fresh clone doesn't know. */
export default class Sequencer {
  sort(/** @type {Test[]} */ tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }

  /** There is one machine. */
  shard(/** @type {Test[]} */ tests) {
    return tests;
  }

  allFailedTests(/** @type {Test[]} */ tests) {
    return tests;
  }

  cacheResults() {}
}

function rank(/** @type {Test} */ { path }) {
  const place = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return place === -1 ? LONGEST.length : place;
}
