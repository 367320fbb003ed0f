/**
 * Mutation testing of what decides: the engine and the matcher, the ledger's transitions, the phases. The report is
 * test-results/mutation/index.html. `npm run mutate -- --mutate 'shared/mason/plan.ts'` does one file; what was found
 * before, and is the same, isn't run again.
 *
 * @type {NonNullable<ConstructorParameters<typeof import('@stryker-mutator/core').Stryker>[0]>}
 */
export default {
  mutate: [
    'shared/{mason,boskos/ranch,ledger/transitions}/**/*.ts',
    'functions/{recycle,fulfill,clean,free,sync,janitor}/**/*.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: '.config/mutation-jest.config.mjs', enableFindRelatedTests: false },
  // Texts are for people, and no test is to repeat them.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  // A constant at the top of a file is reached by every test: hours for a few.
  ignoreStatic: true,
  concurrency: 1,
  // Each run loads its tests into a new context, which Node never quite lets go.
  maxTestRunnerReuse: 100,
  dryRunTimeoutMinutes: 20,
  // A busy machine is no endless loop: those are found by counting, whatever the time.
  timeoutMS: 30_000,
  timeoutFactor: 5,
  incremental: true,
  incrementalFile: 'test-results/mutation/incremental.json',
  tempDirName: 'test-results/stryker',
  ignorePatterns: ['dist', '.mason', 'infra', 'test-results', '.terraform'],
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  htmlReporter: { fileName: 'test-results/mutation/index.html' },
  jsonReporter: { fileName: 'test-results/mutation/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
