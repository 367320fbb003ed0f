import { fileURLToPath } from 'node:url';

/** @type {import('jest').Config} */
export default {
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/.mason/',
    '<rootDir>/infra/',
    '<rootDir>/test-results/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '[.]ts$': '<rootDir>/.config/strip-types.mjs' },
  injectGlobals: false,
  reporters: ['default', '<rootDir>/.config/totals-reporter.mjs'],
  watchman: false,
  collectCoverage: false,
  globalSetup: '<rootDir>/test/support/sharedFirestore/setUp.ts',
  globalTeardown: '<rootDir>/test/support/sharedFirestore/tearDown.ts',
  testSequencer: '<rootDir>/.config/sequencer.mjs',
  maxWorkers: 2,
  // Of tests that wait for a network on purpose.
  maxConcurrency: 2,
  // Only ends what hangs: some machines are ten times as slow as others.
  testTimeout: 300_000,
};
