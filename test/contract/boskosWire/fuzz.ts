import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { LARGEST_BYTES } from '../../../shared/http/handler.ts';
import type { OpenLedger } from '../ledger/world.ts';
import { call, type Answer, type Sent } from './call.ts';
import { fuzzedCall, type Fuzzed } from './fuzzCalls.ts';
import { exchange, rawRequest } from './fuzzRaw.ts';
import { as, openFuzzed, take, type FuzzedServer } from './fuzzServer.ts';

// Of a few calls, chance may let none through.
const ACQUIRE: Fuzzed = ['POST /acquire?type=project&state=free&dest=busy&owner=alice', {}];
const STRANGERS: Fuzzed = ['POST /acquire?type=project&state=free&dest=busy&owner=bob', {}];
const REFUSED: readonly Fuzzed[] = [
  ['POST /acquire', {}],
  ['POST /nowhere', {}],
  ['GET /acquire', {}],
];
const LARGEST_BODY = 2 * 1_048_576;

/** How many calls of each kind. */
export interface Runs {
  readonly calls: number;
  readonly bodies: number;
  readonly raw: number;
}

/** Whatever is sent to a server on this ledger, it answers, and what it refuses changes nothing. */
export function describeFuzz(name: string, open: OpenLedger, runs: Runs): void {
  describe(`anything that may come over the wire, on ${name}`, () => {
    let server: FuzzedServer;
    beforeAll(async () => {
      server = await openFuzzed(open);
    });
    afterAll(() => server.close());

    test('is answered without a fault, and who is refused has changed nothing', async () => {
      const seen = new Map<number, number>();
      const property = fc.asyncProperty(fuzzedCall, async ([line, sent]) => {
        const { status } = await mustHold(server, line, sent);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      });
      const examples: [Fuzzed][] = [ACQUIRE, ...REFUSED].map((example) => [example]);
      await fc.assert(property, { numRuns: runs.calls, examples });
      expectNoFault(server);
      // It got everywhere.
      expect([...seen.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 404, 405]));
      // Of a few hundred calls it may be much fewer by chance.
      if (runs.calls >= 1_000) expect(seen.get(200)).toBeGreaterThan(runs.calls / 30);
    });

    test('is read or refused up to bodies of 2 MB, of which 413 tells that they are too large', async () => {
      const line = `POST /update?name=${await take(server.world)}&state=busy&owner=alice`;
      const nearLimit = fc.integer({ min: LARGEST_BYTES - 20, max: LARGEST_BYTES + 20 });
      const size = fc.oneof(fc.integer({ min: 0, max: LARGEST_BODY }), nearLimit, fc.constant(LARGEST_BODY));
      const beginning = fc.constantFrom('{"k":"', '[', '"', '{"k":', '\u0000');
      const property = fc.asyncProperty(size, beginning, fc.boolean(), async (length, start, inChunks) => {
        const end = start === '{"k":"' ? '"}' : '';
        const body = `${start}${'x'.repeat(length)}${end}`;
        const headers: Record<string, string> = inChunks ? { 'transfer-encoding': 'chunked' } : {};
        const { status } = await mustHold(server, line, { body, headers });
        expect(status === 413).toBe(body.length > LARGEST_BYTES);
        await mustHold(server, line, { body: '[ '.repeat(Math.floor(length / 2)), headers });
      });
      await fc.assert(property, { numRuns: runs.bodies });
      expectNoFault(server);
    });

    test('is refused or answered if it is no HTTP, too', async () => {
      const seen = new Set<number>();
      const property = fc.asyncProperty(rawRequest, async (bytes) => {
        const [before, asked] = [await server.world.records(), (await server.answered()).length];
        const statuses = await exchange(server.base, bytes);
        expect(statuses.filter((status) => status >= 500)).toEqual([]);
        expect(await call(server.base, 'GET /')).toMatchObject({ status: 200 });
        // The last is the one just made. What follows a good call and is none costs the call its reply, since Node ends
        // the connection: so it is asked what was done, and not what was told.
        const done = (await server.answered()).slice(asked, -1);
        for (const status of [...statuses, ...done]) seen.add(status);
        if (!done.some((status) => status < 300)) expect(await server.world.records()).toEqual(before);
      });
      await fc.assert(property, { numRuns: runs.raw });
      expectNoFault(server);
      expect([...seen]).toEqual(expect.arrayContaining([200, 400]));
    });
  });

  describe(`anything that may come over the wire, on ${name}, behind`, () => {
    test.each([
      ['bound owners', { MASON_OWNER_PATTERN: '{local},{local}/*' }, as('alice@corp.example'), 403],
      [
        'a password',
        { MASON_AUTH: 'basic', MASON_BASIC_PASSWORD_FILE: 'file' },
        { authorization: `Basic ${Buffer.from('mason:sesame').toString('base64')}` },
        401,
      ],
    ] as const)(
      '%s: who is refused did not come in, and has changed nothing',
      async (_, variables, good, refusal) => {
        const server = await openFuzzed(open, variables);
        try {
          const seen = new Map<number, number>();
          const property = fc.asyncProperty(fuzzedCall, fc.boolean(), async ([line, sent], isGood) => {
            const entered = server.entered();
            const headers = isGood ? { ...sent.headers, ...good } : (sent.headers ?? {});
            const { status, headers: got } = await mustHold(server, line, { ...sent, headers });
            const isAuths = status === 403 || got['www-authenticate'] !== undefined;
            if (isAuths || (refusal === 401 && !isGood)) expect(server.entered()).toBe(entered);
            seen.set(status, (seen.get(status) ?? 0) + 1);
          });
          const examples: [Fuzzed, boolean][] = [
            [ACQUIRE, true],
            [STRANGERS, refusal === 403],
          ];
          await fc.assert(property, { numRuns: runs.calls / 2, examples });
          expectNoFault(server);
          expect([...seen.keys()]).toEqual(expect.arrayContaining([200, refusal]));
          // What was given back dirty is Mason's by now: there is work with it, under an owner that only it knows.
          const lent = (await server.world.records()).filter(
            ({ owner, work }) => work?.phase == null || work.owner !== owner,
          );
          const owners = new Set(lent.map(({ owner }) => owner));
          // Nobody has anything but under a name that he may use.
          if (refusal === 403)
            expect([...owners].filter((owner) => !/^(alice(\/.*)?)?$/s.test(owner))).toEqual([]);
        } finally {
          await server.close();
        }
      },
    );
  });
}

function expectNoFault({ log }: FuzzedServer): void {
  expect(log.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
}

async function mustHold({ base, world }: FuzzedServer, line: string, sent: Sent): Promise<Answer> {
  const before = await world.records();
  const answer = await call(base, line, sent);
  expect(answer.status).toBeLessThan(500);
  expect(answer.status).toBeGreaterThanOrEqual(200);
  if (answer.status >= 300) expect(await world.records()).toEqual(before);
  if (answer.status === 307) expect(answer.headers['location']).toMatch(/^\/(?![/\\])/);
  return answer;
}
