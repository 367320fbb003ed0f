import fc from 'fast-check';

import type { Sent } from './call.ts';

/** A call as `call` takes it. */
export type Fuzzed = readonly [line: string, sent: Sent];

function callOf(
  verb: string,
  place: string,
  pairs: readonly (readonly [string, string])[],
  given: Readonly<Record<string, string>>,
  content: string | Uint8Array | undefined,
): Fuzzed {
  const asked = pairs.map(([key, value]) => `${key}=${value}`).join('&');
  const line = `${verb} ${place}${asked === '' ? '' : `?${asked}`}`;
  return [line, { headers: given, ...(content !== undefined && { body: content }) }];
}

const often = <Value>(good: fc.Arbitrary<Value>, bad: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ arbitrary: good, weight: 12 }, { arbitrary: bad, weight: 1 });

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const junk = fc.oneof(
  anyText.map((text) => encodeURIComponent(text.toWellFormed())),
  // All that may stand in a request's first line.
  fc.stringMatching(/^[!-"$-~\u0080-\u00ff]{0,30}$/),
  fc.constantFrom('%', '%zz', '%ff', '%00', '%c3', '+', ';', '&', '=', '__proto__', '%f0%9f%98%80'),
  fc.integer({ min: 1, max: 3_000 }).map((length) => 'a'.repeat(length)),
);

const VALUES: Readonly<Record<string, readonly string[]>> = {
  type: ['project', 'cluster', 'nope'],
  state: ['free', 'free', 'busy', 'dirty', 'p-1'],
  dest: ['free', 'busy', 'busy', 'dirty', 'tombstone', 'p-2', 'toBeDeleted'],
  owner: ['alice', 'alice', 'bob'],
  name: ['p-1', 'p-10', 'p-11', 'nope'],
  names: ['p-1', 'p-1,p-2', 'p-3,nope', ','],
  expire: ['0', '1h', '-1h', '1d', '1e9h', '9999999999h'],
  request_id: ['', 'r1', 'r2'],
  limit: ['1', '0', '9999999999', 'x'],
  after: ['p-1', ''],
};
const pair = fc
  .constantFrom(...Object.keys(VALUES))
  .chain((key) =>
    fc.tuple(often(fc.constant(key), junk), often(fc.constantFrom(...(VALUES[key] ?? [])), junk)),
  );
const anything = fc.array(pair, { maxLength: 8 });
/** All that any call wants. */
const everything = fc.tuple(
  ...Object.entries(VALUES).map(([key, values]) =>
    fc.tuple(fc.constant(key), often(fc.constantFrom(...values), junk)),
  ),
);
/** So that most calls get through. */
const query: fc.Arbitrary<[string, string][]> = fc.oneof(
  { arbitrary: anything, weight: 1 },
  { arbitrary: everything, weight: 3 },
);

const path = often(
  fc.constantFrom(
    ...['/acquire', '/acquirebystate', '/release', '/update', '/reset', '/metric'],
    ...['/resources', '/resources/p-1'],
  ),
  fc.oneof(
    fc.constantFrom(
      '/',
      '*',
      '//acquire',
      '/acquire/',
      '/%61cquire',
      '/../update',
      '/resources/%2e%2e',
      '/%',
    ),
    junk.map((text) => `/${text.replaceAll('?', '')}`),
    junk.map((text) => `/resources/${text.replaceAll('?', '')}`),
  ),
);

const method = often(
  fc.constantFrom('GET', 'POST', 'POST', 'POST'),
  fc.constantFrom('HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'),
);

const body = fc.oneof(
  fc.constant(undefined),
  fc
    .dictionary(anyText, fc.oneof(anyText, fc.constant(null)), { maxKeys: 4 })
    .map((map) => JSON.stringify(map)),
  fc.json(),
  fc.uint8Array({ maxLength: 50 }),
  fc.constantFrom('{', '[]', 'null', '{"a":', '['.repeat(20_000), '{"a":{}}'),
);

const headers = fc.dictionary(
  fc.oneof(
    fc.constantFrom(
      'content-type',
      'authorization',
      'accept',
      'origin',
      'content-encoding',
      'x-forwarded-for',
    ),
    fc.stringMatching(/^x-[a-z]{1,10}$/),
  ),
  fc.oneof(
    fc.constantFrom('application/json', 'gzip', 'Basic !!!', 'text/plain; charset=utf-99'),
    fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,40}$/),
  ),
  { maxKeys: 4 },
);

/** Anything that a client of HTTP may send, most of it near to what the wire has. */
export const fuzzedCall: fc.Arbitrary<Fuzzed> = fc
  .tuple(method, path, query, headers, body)
  .map((parts) => callOf(...parts));
