/** @typedef {{testExecError?: unknown, numFailingTests: number}} File */
/** @typedef {{numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number}} Counts */
/** @typedef {Counts & {testResults: File[]}} Results */

/**
 * Tells test/run.mjs, which started this process, how many tests passed, failed and were skipped: after each file, since
 * a test can take the whole process with it, and at the end.
 */
export default class TotalsReporter {
  onTestResult(/** @type {unknown} */ _test, /** @type {unknown} */ _file, /** @type {Results} */ results) {
    send(results, false);
  }

  onRunComplete(/** @type {unknown} */ _contexts, /** @type {Results} */ results) {
    send(results, true);
  }
}

/** A file that couldn't be loaded ran none of its tests and counts as one that failed. */
function send(/** @type {Results} */ results, /** @type {boolean} */ isComplete) {
  const broken = results.testResults.filter(
    (file) => file.testExecError && file.numFailingTests === 0,
  ).length;
  process.send?.({
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken,
    skipped: results.numPendingTests + results.numTodoTests,
    isComplete,
  });
}
