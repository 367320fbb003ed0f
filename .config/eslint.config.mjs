import { fileURLToPath } from 'node:url';

import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const product = ['functions/**/*.ts', 'shared/**/*.ts'];

/** Where the outside world may be touched. Everything else gets time, chance and I/O as parameters. */
const edges = [
  'shared/{runtime,local,cli}/**',
  'shared/*/{sqlite,firestore,pubsub,http,local}{.ts,/**}',
  'shared/masonables/command{.ts,/**}',
  'shared/masonables/template/*.test.ts',
];

const asParameter = 'The simulator runs this code too: take it as a parameter (see shared/runtime).';

const ambient = {
  syntax: [
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: asParameter },
    { selector: 'CallExpression[callee.name="Date"]', message: asParameter },
  ],
  properties: [
    { object: 'Date', property: 'now', message: asParameter },
    { object: 'Math', property: 'random', message: asParameter },
    { object: 'AbortSignal', property: 'timeout', message: asParameter },
  ],
  globals: [
    'process',
    'performance',
    'crypto',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'fetch',
    'WebSocket',
  ].map((name) => ({ name, message: asParameter })),
  imports: {
    paths: [
      ...[
        'process',
        'perf_hooks',
        'timers',
        'timers/promises',
        'child_process',
        'worker_threads',
        'os',
        'sqlite',
      ],
      ...['http', 'http2', 'https', 'net', 'tls', 'dgram', 'dns'],
    ].flatMap((name) => [name, `node:${name}`].map((spelling) => ({ name: spelling, message: asParameter }))),
    patterns: [
      {
        group: ['crypto', 'node:crypto'],
        importNamePattern: '^(random|webcrypto|getRandomValues|generate|default$)',
        message: asParameter,
      },
    ],
  },
};

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'test-results/', '.mason/', '**/.terraform/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      curly: ['error', 'multi-line'],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'no-implicit-coercion': 'error',
    },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        module: 'writable',
      },
    },
  },
  {
    // What runs in a browser; its types are checked by its own tsconfig.
    files: ['functions/console/page/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['document', 'window', 'location', 'history', 'performance', 'getComputedStyle', 'matchMedia'],
          ...['fetch', 'addEventListener', 'Node', 'Element', 'HTMLElement', 'ResizeObserver', 'Response'],
          ...['HTMLInputElement', 'HTMLSelectElement', 'HTMLButtonElement', 'HTMLFormElement', 'FormData'],
          ...['SubmitEvent', 'URLSearchParams', 'AbortSignal', 'Intl'],
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      // What could make markup of a text.
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'write'].map((property) => ({
          property,
          message: 'All that others write stays text: see dom.js.',
        })),
      ],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL('..', import.meta.url)) },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      // A port is asynchronous where only one of its adapters has something to wait for.
      '@typescript-eslint/require-await': 'off',
      // A union of objects reads better as types, a port as an interface: the writer's choice.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: product,
    rules: {
      'no-console': 'error',
      complexity: ['error', 12],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
    },
  },
  { files: ['shared/{cli,local}/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: product,
    ignores: edges,
    rules: {
      'no-restricted-syntax': ['error', ...ambient.syntax],
      'no-restricted-properties': ['error', ...ambient.properties],
      'no-restricted-globals': ['error', ...ambient.globals],
      '@typescript-eslint/no-restricted-imports': ['error', ambient.imports],
    },
  },
  {
    // The client is the network's other end: what it is asked to do is to call a server and to wait for it.
    files: ['shared/client/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...ambient.globals.filter(({ name }) => !['fetch', 'setTimeout'].includes(name)),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/bench/**', 'test/simulation/{main,mutations/huntAll}.ts'],
    rules: { 'no-console': 'error' },
  },
  prettier,
);
