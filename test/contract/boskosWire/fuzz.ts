import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { numbered, openWorld, physical, type OpenLedger, type World } from '../ledger/world.ts';
import { call, type Sent } from './call.ts';
import { serve, usersOf } from './wire.ts';

const LARGEST_BODY = 2 * 1_048_576;
const TIMEOUT_MS = 120_000;

/** Whatever is sent to a server on this ledger, it answers, and what it refuses changes nothing. */
export function describeFuzz(
  name: string,
  open: OpenLedger,
  runs: { readonly calls: number; readonly bodies: number },
): void {
  describe(`anything that may come over the wire, on ${name}`, () => {
    let server: FuzzedServer;
    beforeAll(async () => {
      server = await openServer(open);
    });
    afterAll(() => server.close());

    test(
      'is answered without a fault, and who is refused has changed nothing',
      async () => {
        const seen = new Map<number, number>();
        const property = fc.asyncProperty(method, path, query, headers, body, async (...sent) => {
          const status = await mustHold(server, ...callOf(...sent));
          seen.set(status, (seen.get(status) ?? 0) + 1);
        });
        await fc.assert(property, { numRuns: runs.calls });
        expect(server.log.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
        // It got everywhere.
        expect([...seen.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 404, 405]));
        expect(seen.get(200)).toBeGreaterThan(runs.calls / 30);
      },
      TIMEOUT_MS,
    );

    test(
      'is read or refused up to bodies of 2 MB',
      async () => {
        const line = `POST /update?name=${await take(server.world)}&state=busy&owner=alice`;
        const size = fc.integer({ min: 0, max: LARGEST_BODY });
        const beginning = fc.constantFrom('{"k":"', '[', '"', '{"k":', '\u0000');
        const property = fc.asyncProperty(size, beginning, async (length, start) => {
          const end = start === '{"k":"' ? '"}' : '';
          await mustHold(server, line, { body: `${start}${'x'.repeat(length)}${end}` });
          await mustHold(server, line, { body: '[ '.repeat(Math.floor(length / 2)) });
        });
        await fc.assert(property, { numRuns: runs.bodies });
        expect(server.log.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });
}

interface FuzzedServer {
  readonly base: string;
  readonly world: World;
  readonly log: readonly LogEntry[];
  readonly close: () => Promise<void>;
}

async function openServer(open: OpenLedger): Promise<FuzzedServer> {
  const { world, close } = await openWorld(open);
  // None is made on demand: a refused acquire with a request_id would make one, as it should.
  await world.configure(physical('project', numbered('p', 60)), physical('cluster', numbered('c', 20)));
  const log: LogEntry[] = [];
  const note = (entry: LogEntry): void => void log.push(entry);
  const { views } = world.ledger;
  const server = await serve(createBoskosHandler({ users: usersOf(world.ledger, note), views, log: note }));
  const closeAll = async (): Promise<void> => {
    await server.close();
    await close();
  };
  return { base: server.base, world, log, close: closeAll };
}

/** @returns the name of one that alice holds */
async function take(world: World): Promise<string> {
  const [name] = await world.names('cluster', 'free');
  if (name === undefined) throw new Error('no cluster is left');
  await world.ledger.users.acquireByState({ state: 'free', dest: 'busy', owner: 'alice', names: [name] });
  return name;
}

async function mustHold({ base, world }: FuzzedServer, line: string, sent: Sent): Promise<number> {
  const before = await world.records();
  const { status, headers: got } = await call(base, line, sent);
  expect(status).toBeLessThan(500);
  expect(status).toBeGreaterThanOrEqual(200);
  if (status >= 300) expect(await world.records()).toEqual(before);
  if (status === 307) expect(got['location']).toMatch(/^\/(?![/\\])/);
  return status;
}

function callOf(
  verb: string,
  place: string,
  pairs: readonly (readonly [string, string])[],
  given: Readonly<Record<string, string>>,
  content: string | Uint8Array | undefined,
): [line: string, sent: Sent] {
  const asked = pairs.map(([key, value]) => `${key}=${value}`).join('&');
  const line = `${verb} ${place}${asked === '' ? '' : `?${asked}`}`;
  return [line, { headers: given, ...(content !== undefined && { body: content }) }];
}

// ---- what is sent

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
