import { TestEnvironment } from 'jest-environment-node';

/** @typedef {{name: string, test?: {mode?: string | null, errors: unknown[]}}} TestEvent */

/** The mutant of which a test has failed already. */
let killed = '';

/** Skips the rest of a file once a test has failed: a mutant dies but once, and jest's own `bail` is by files. */
export default class MutationEnvironment extends TestEnvironment {
  async handleTestEvent(/** @type {TestEvent} */ { name, test }) {
    const mutant = process.env['__STRYKER_ACTIVE_MUTANT__'];
    if (mutant === undefined || test === undefined) return;
    if (name === 'test_start' && killed === mutant) test.mode = 'skip';
    if (name === 'test_done' && test.errors.length > 0) killed = mutant;
  }
}
