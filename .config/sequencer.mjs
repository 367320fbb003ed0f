/** @typedef {{readonly path: string}} Test */

/**
 * What takes longest comes first, so that no worker is left with one of these at the end; in an order in which a suite that
 * keeps an emulator busy mostly runs beside one that has none.
 */
const LONGEST = [
  'emulator/cloud',
  'unit/masonables/gcpCrashes',
  'unit/masonables/gcpProjectCrashes',
  'unit/functions/faults',
  'simulation/upheavals/takeover',
  'unit/functions/chaos',
  'contract/ledger/sqliteFile',
  'local/package',
  'emulator/ledger',
  'local/overHttp',
  'local/kills',
  'model/model',
  'local/client',
  'emulator/ledgerFaults',
  'browser/console',
  'unit/boskos/fuzz',
  'infra/plans',
  'simulation/upheavals/restore',
  'emulator/boskosWire',
  'unit/config/faults',
  'unit/mason/planFairness',
  'emulator/ledgerHammer',
  'unit/mason/matcherWorld',
  'infra/modules',
  'emulator/cloudProgram',
  'simulation/mutations/mutations',
  'emulator/boskos',
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
