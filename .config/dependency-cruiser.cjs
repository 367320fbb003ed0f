// Arrows go one way: functions → mason → ports; adapters → their port; records, config and runtime at the bottom.

/**
 * One group: the adapter's path below shared/, whether it is a folder or a single file. masonables/google is what those that
 * call Google's APIs share.
 */
const ADAPTER =
  '^shared/((?:ledger/(?:sqlite|firestore)|topics/(?:local|pubsub)|boskos/(?:http|ranch))(?=/|[.]ts$)|masonables/(?!google/)[^/]+(?=/)|config/(?:file|https|storage|firestore)(?=/)|runtime/otel(?=/))';
const COMPOSE = '^shared/runtime/compose(?:Boskos|Deployed|Local|Plan)?[.]ts$';
const RECORDS = '^shared/ledger/records(?=/|[.]ts$)';
const PROGRAMS = '^shared/(?:local|cli|cloud)/';
const FUNCTIONS = '^functions/';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const layers = [
  {
    name: 'functions-apart',
    comment: 'A function never imports another: what two of them need is a noun in shared/.',
    from: { path: '^functions/([^/]+)/' },
    to: { path: FUNCTIONS, pathNot: '^functions/$1/' },
  },
  {
    name: 'functions-take-parameters',
    comment: 'What a function works on comes in; only functions/index.ts composes.',
    from: { path: '^functions/[^/]+/' },
    to: { path: [COMPOSE, PROGRAMS, '^shared/client/'] },
  },
  {
    name: 'shared-knows-no-function',
    comment: 'Only what puts a process together imports functions.',
    from: { path: '^shared/', pathNot: [PROGRAMS, COMPOSE] },
    to: { path: FUNCTIONS },
  },
  {
    name: 'compose-chooses-adapters',
    comment: 'Only shared/runtime/compose.ts imports adapters: all else sees their port.',
    from: { path: '^(functions|shared)/', pathNot: [COMPOSE, ADAPTER] },
    to: { path: ADAPTER },
  },
  {
    name: 'adapters-apart',
    comment: 'An adapter stands on its port alone, so that any of them can be exchanged.',
    from: { path: ADAPTER },
    to: { path: ADAPTER, pathNot: '^shared/$1(?:/|[.]ts$)' },
  },
  {
    name: 'ports-below-mason',
    comment: 'Ports and adapters know nothing of the engine, the functions or what puts them together.',
    from: { path: '^shared/(?:ledger|topics|boskos|masonables)/' },
    to: { path: ['^shared/(?:mason|client)/', PROGRAMS, COMPOSE] },
  },
  {
    name: 'mason-below-functions',
    comment: 'The engine runs in a simulator as well as in a function: it composes nothing.',
    from: { path: '^shared/mason/' },
    to: { path: ['^shared/client/', PROGRAMS, COMPOSE] },
  },
  {
    name: 'records-at-the-bottom',
    comment: 'What a record is depends on nobody who reads or writes it.',
    from: { path: RECORDS },
    to: {
      path: ['^shared/(?:mason|boskos|topics|client|masonables)/', '^shared/ledger/', PROGRAMS, COMPOSE],
      pathNot: RECORDS,
    },
  },
  {
    name: 'config-at-the-bottom',
    comment: 'What a config says is settled before anything acts on it.',
    from: { path: '^shared/config/' },
    to: { path: ['^shared/(?:mason|boskos|topics|client)/', PROGRAMS, COMPOSE] },
  },
  {
    name: 'runtime-at-the-bottom',
    comment: 'Clock, random, log, environment and errors serve every layer; compose.ts alone knows them all.',
    from: { path: '^shared/(?:runtime/|[^/]+[.]ts$)', pathNot: COMPOSE },
    to: { path: ['^shared/(?:mason|ledger|boskos|topics|masonables|client)/', PROGRAMS, COMPOSE] },
  },
  {
    name: 'client-is-outside',
    comment: "The client talks to a server over its API: the server's insides are none of its business.",
    from: { path: '^shared/client/' },
    to: { path: ['^shared/(?:mason|ledger|boskos|topics|masonables)/', PROGRAMS, COMPOSE], pathNot: RECORDS },
  },
  {
    name: 'programs-are-entries',
    comment: 'Nothing is built on a program; what two programs share has a folder of its own.',
    from: { path: '^(functions|shared)/', pathNot: PROGRAMS },
    to: { path: PROGRAMS },
  },
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const hygiene = [
  { name: 'no-circle', comment: 'Two files in a circle are one file.', from: {}, to: { circular: true } },
  {
    name: 'no-orphan',
    comment: 'What nobody imports is an entry, or it goes.',
    from: {
      orphan: true,
      pathNot: [
        '^functions/index[.]ts$',
        '^shared/(?:cli|local|cloud/local)/main[.]ts$',
        '^test/',
        '[.]d[.]ts$',
      ],
    },
    to: {},
  },
  { name: 'no-broken-import', from: {}, to: { couldNotResolve: true } },
  {
    name: 'product-knows-no-test',
    comment: 'Tests are not shipped.',
    from: { path: '^(functions|shared)/' },
    to: { path: '^(test|[.]config)/' },
  },
  {
    name: 'product-ships-its-packages',
    comment: 'Only what `dependencies` names is there at run time.',
    from: { path: '^(functions|shared)/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...hygiene].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    // Counts imports of types, which the compiler takes away but a layer must not.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
