import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect } from '@jest/globals';

import { createBoskosHandler, type BoskosHandler } from '../../../functions/boskos/boskos.ts';
import { loggedMetrics } from '../../../functions/boskos/metrics/loggedMetrics.ts';
import { measured } from '../../../functions/boskos/metrics/measured.ts';
import { overNode } from '../../../shared/http/overHttp.ts';
import type { BoskosUsers } from '../../../shared/boskos/port.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { faultsOfAnswer } from '../../support/describedAnswer.ts';
import { LONG_MS, physical, type World } from '../ledger/world.ts';
import { call, type Answer, type Sent } from './call.ts';

export const REQUEST_TTL_MS = 30_000;
export const LIFESPAN_MS = 48 * LONG_MS;

/** A Boskos server under a base URL, and what a test does with it. */
export interface Wire {
  readonly base: string;
  /** What the server has logged. */
  readonly log: readonly LogEntry[];
  /** Makes each call after the other and holds its answer against what is expected. */
  readonly walk: (...steps: readonly Step[]) => Promise<void>;
  /** Lets so many milliseconds pass for the server. */
  readonly advance: (ms: number) => void;
}

export type InWire = (what: string, body: (wire: Wire) => Promise<void>) => void;

/** `METHOD PATH`, what is sent with it, and what comes back. */
export type Step =
  readonly [line: string, expected: Expected] | readonly [line: string, sent: Sent, expected: Expected];

export interface Expected {
  readonly status: number;
  /** Null: the header is not there. */
  readonly headers: Readonly<Record<string, string | null>>;
  /** Times stand in it as TIME, UUIDs as UUID. Null: any. */
  readonly body: string | null;
}

/** The types that boskos-wire.md was captured with. */
export const TYPES = [
  physical(
    'project',
    [0, 1, 2, 3, 4].map((n) => `conf-project-${n}`),
  ),
  physical('cluster', 2, { state: 'dirty', lifespanMs: LIFESPAN_MS }),
  physical('ondemand', [0, 2]),
  physical('other', 2, { state: 'dirty' }),
];

/** Everything behind the wire as it is composed for a deployment, on this ledger. */
export function usersOf(ledger: Ledger, log: (entry: LogEntry) => void): BoskosUsers {
  return composeMason({
    ledger,
    log,
    clock: systemClock,
    random: { ...systemRandom, uuid: () => randomUUID() },
    topics: { publish: () => Promise.resolve() },
    registry: openRegistry({ commands: false }),
    config: { read: () => Promise.reject(new Error('there is no config')) },
    timing: DEFAULT_TIMING,
    installation: 'wire',
    leaseExpiryMs: LONG_MS,
    requestTtlMs: REQUEST_TTL_MS,
  }).users;
}

/** Nobody takes what they give back: it stays dirty, as beside the original's server. */
export const usersWithoutMason = (ledger: Ledger, log: (entry: LogEntry) => void): BoskosUsers => ({
  ...usersOf(ledger, log),
  release: (asked) => ledger.users.release(asked),
});

/** Serves the handler on loopback. */
export async function serve(handle: BoskosHandler): Promise<{ base: string; close: () => Promise<void> }> {
  const listen = overNode(handle);
  const server = createServer((request, response) => void listen(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server on the world's ledger, whose types are there before. */
export async function withWire(world: World, body: (wire: Wire) => Promise<void>): Promise<void> {
  await world.configure(...TYPES);
  const log: LogEntry[] = [];
  const note = (entry: LogEntry): void => void log.push(entry);
  const { views } = world.ledger;
  const metrics = loggedMetrics({ ledger: world.ledger, clock: systemClock, log: () => undefined });
  const parts = { users: usersOf(world.ledger, note), views, metrics, log: note };
  const server = await serve(measured(createBoskosHandler(parts), { metrics, clock: systemClock }));
  try {
    await body({
      ...server,
      log,
      walk: (...steps) => walk(server.base, steps),
      advance: (ms) => {
        world.advance(ms);
      },
    });
    expect(log.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  } finally {
    await server.close();
  }
}

/** Makes each call after the other and holds its answer against what is expected. */
export async function walk(base: string, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const [line, sent, expected] = step.length === 2 ? [step[0], {}, step[1]] : step;
    const answer = await call(base, line, sent);
    expect({ line, ...told(answer, expected) }).toEqual({ line, ...expected });
    if (line.startsWith('HEAD ')) continue;
    expect([line, ...faultsOfAnswer(line, answer)]).toEqual([line]);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)));
  }
}

/** Of the answer, what the expectation speaks of. */
function told({ status, headers, body }: Answer, expected: Expected): Expected {
  const names = Object.keys(expected.headers);
  return {
    status,
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '') || null])),
    body: expected.body === null ? null : shapeOf(body),
  };
}

/** A time to the second or finer, and a UUID v4, by their shape. */
export const shapeOf = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z/g, 'TIME')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, 'UUID');

// ---- what is asked

export const ACQUIRE = '/acquire?type=project&state=free&dest=busy&owner=alice';

// ---- what comes back

/** What an acquire of a project is told that must wait. */
export const NONE = 'Acquire failed: no available resource project, try again later.';

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** No body, and then no type of it. */
export const EMPTY: Expected = {
  status: 200,
  headers: { 'content-type': null, 'content-length': '0' },
  body: '',
};

/** Go's http.Error. */
export const refused = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string | null>> = {},
): Expected => ({
  status,
  headers: { ...TEXT, 'x-content-type-options': 'nosniff', ...headers },
  body: `${text}\n`,
});

/** JSON that is sent as text. */
export const sniffed = (body: string): Expected => ({
  status: 200,
  headers: { ...TEXT, 'x-content-type-options': null, 'mason-queue-position': null },
  body,
});

export const json = (body: string): Expected => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

/** The answer to HEAD: as to GET, without the body. */
export const withoutBody = (expected: Expected): Expected => ({ ...expected, body: '' });

interface Shown {
  readonly name: string;
  readonly type?: string;
  readonly state?: string;
  readonly owner?: string;
  /** As JSON. */
  readonly userdata?: string;
  readonly expires?: boolean;
}

/** A resource as the wire shows it. */
export function shown({
  name,
  type = 'project',
  state = 'busy',
  owner = 'alice',
  userdata = '{}',
  expires = false,
}: Shown): string {
  const expiration = expires ? ',"expiration-date":"TIME"' : '';
  return `{"type":"${type}","name":"${name}","state":"${state}","owner":"${owner}","lastupdate":"TIME","userdata":${userdata}${expiration}}`;
}
