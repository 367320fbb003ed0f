import { TestEnvironment } from 'jest-environment-node';

/** @typedef {{name: string, parent?: Named}} Named */
/** @typedef {Named & {mode?: string | null, errors: unknown[]}} Test */

/** Each takes more time than all others of its file together: long random stories, great backlogs. */
const SLOW =
  /whatever happens in whatever order|in any order|line of 10,000|great backlog|whatever is lost, doubled/;

/** The mutant of which a test has failed already. @type {string | null} */
let killed = null;

/**
 * Skips what is slow, and the rest of a file once a test has failed: a mutant dies but once, and jest's own `bail` is by
 * files.
 */
export default class MutationEnvironment extends TestEnvironment {
  async handleTestEvent(/** @type {{name: string, test?: Test}} */ { name, test }) {
    if (test === undefined) return;
    const mutant = process.env['__STRYKER_ACTIVE_MUTANT__'] ?? null;
    if (name === 'test_start' && (isSlow(test) || (mutant !== null && mutant === killed))) test.mode = 'skip';
    if (name === 'test_done' && test.errors.length > 0) killed = mutant;
  }
}

/** @returns {boolean} */
function isSlow(/** @type {Named} */ { name, parent }) {
  return SLOW.test(name) || (parent !== undefined && isSlow(parent));
}
