import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import jestRunner from 'jest-runner';

/** @typedef {Record<string, Record<string, number>>} Durations path → full name → milliseconds */
/** @typedef {import('jest-runner').Test} Test */

/** Its types describe what `require` gets, which is the class and all else that it exports. */
const JestRunner = /** @type {typeof jestRunner.default} */ (/** @type {unknown} */ (jestRunner));

/**
 * Stryker tells jest the names of the tests that reach a mutant, and jest loads every file to look for them. This one
 * notes in the run without mutants which names are in which file, then loads only the files with such a test, the
 * quickest first, and no more after the first failure.
 */
export default class MutationRunner extends JestRunner {
  /**
   * @override
   * @param {Test[]} tests
   * @param {import('jest-runner').TestWatcher} watcher
   * @param {import('jest-runner').TestRunnerOptions} options
   */
  async runTests(tests, watcher, options) {
    const root = tests[0]?.context.config.rootDir;
    if (root === undefined) return;
    const file = join(root, 'test-results', 'durations.json');
    if (process.env['__STRYKER_ACTIVE_MUTANT__'] === undefined) {
      /** @type {Durations} */
      const durations = {};
      this.on('test-file-success', ([test, { testResults }]) => {
        const entries = testResults.map(({ fullName, duration }) => [fullName, duration ?? 0]);
        durations[test.path] = Object.fromEntries(entries);
      });
      await super.runTests(tests, watcher, options);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(durations));
    } else {
      this.on('test-file-success', ([, { numFailingTests }]) => {
        if (numFailingTests > 0) void watcher.setState({ interrupted: true });
      });
      const durations = /** @type {Durations} */ (JSON.parse(readFileSync(file, 'utf8')));
      await super.runTests(this.choose(tests, durations), watcher, options);
    }
  }

  /**
   * @param {Test[]} tests
   * @param {Durations} durations
   */
  choose(tests, durations) {
    const wanted = new RegExp(this._globalConfig.testNamePattern ?? '', 'i');
    const costed = tests.flatMap((test) => {
      const own = Object.entries(durations[test.path] ?? {}).filter(([name]) => wanted.test(name));
      return own.length === 0 ? [] : [{ test, ms: own.reduce((sum, [, ms]) => sum + ms, 0) }];
    });
    return costed.sort((a, b) => a.ms - b.ms).map(({ test }) => test);
  }
}
