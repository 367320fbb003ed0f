import { fileURLToPath } from 'node:url';

import jest from './jest.config.mjs';

/**
 * The suites that are quick and in one process. A mutant that only the others would notice (the emulators, the whole
 * program, seeds by the hundred) counts as survived.
 *
 * @type {import('jest').Config}
 */
export default {
  ...jest,
  testMatch: [
    '<rootDir>/test/unit/{mason,ledger,functions}/**/*.test.ts',
    '<rootDir>/test/contract/{boskos,boskosWire,ledger}/{ranch,http,httpFaults,parking,sqlite}.test.ts',
    '<rootDir>/test/simulation/schedules/*.test.ts',
  ],
  testPathIgnorePatterns: [
    '/unit/functions/(chaos|faults|framework).test.ts',
    '/unit/ledger/queryPlans.test.ts',
    '/unit/mason/planFairness.test.ts',
  ],
  testEnvironment: fileURLToPath(new URL('mutation-environment.mjs', import.meta.url)),
  runner: fileURLToPath(new URL('mutation-runner.mjs', import.meta.url)),
  // What waits for ever because of a mutant is to fail sooner, and what only starves on a busy machine not at all.
  testTimeout: 60_000,
};
