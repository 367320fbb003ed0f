import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { createHandlers } from '../../../functions/handlers.ts';
import { MasonError } from '../../../shared/errors.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry, openTracer } from '../../../shared/runtime/compose.ts';
import { openLocalLedger, openTopicsInProcess } from '../../../shared/runtime/composeLocal.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { otelTracer, type OtelTracer } from '../../../shared/runtime/otel/otelTracer.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import type { TraceContext } from '../../../shared/runtime/trace.ts';
import type { Span } from '../../../shared/runtime/tracer.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { TOPICS } from '../../../shared/topics/port.ts';
import { until } from '../../support/until.ts';
import { configOf, physical, virtual } from '../../support/worldConfig.ts';
import { Script } from '../../support/worldScript.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { key: string; value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

/** A collector on this machine. */
let collector: Server;
let sent: SentSpan[] = [];
let bodies: string[] = [];
let answer: 'well' | 'badly' | 'never' = 'well';
const log: LogEntry[] = [];
/** Those of the tracer, which run when the test says so: on a busy machine an answer takes what it takes. */
let timers: { readonly ms: number; readonly run: () => void }[] = [];
let tracer: OtelTracer;

beforeEach(async () => {
  [sent, bodies, answer] = [[], [], 'well'];
  log.length = 0;
  timers = [];
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (answer === 'never') return;
      if (answer === 'badly') return void response.writeHead(400).end();
      const body = Buffer.concat(chunks).toString();
      bodies.push(`${request.url ?? ''} ${body}`);
      const { resourceSpans } = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
      };
      sent.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  tracer = otelTracer({
    url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`,
    serviceName: 'mason-of-a-test',
    clock: {
      after(ms, run) {
        timers.push({ ms, run });
        return () => undefined;
      },
    },
    log: (entry) => log.push(entry),
  });
});
afterEach(async () => {
  collector.closeAllConnections();
  collector.close();
  await tracer.close();
});

const PARENT: TraceContext = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  flags: '01',
};
const handled = async ({ note }: Span): Promise<string> => {
  note({ resource: 'cluster-1', type: 'cluster', phase: 'clean', cycle: 3, outcome: 'constructed' });
  return 'done';
};
const notesOf = (span: SentSpan | undefined): Record<string, unknown> =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

describe('a handled message', () => {
  test('is one span of the trace that it carries, sent before its answer', async () => {
    expect(await tracer.trace({ name: 'mason.clean', parent: PARENT }, handled)).toBe('done');
    expect(sent).toMatchObject([
      { name: 'mason.clean', kind: 5, traceId: PARENT.traceId, parentSpanId: PARENT.spanId },
    ]);
    expect(notesOf(sent[0])).toEqual({
      resource: 'cluster-1',
      type: 'cluster',
      phase: 'clean',
      cycle: 3,
      outcome: 'constructed',
    });
    expect(bodies[0]).toMatch(/^\/v1\/traces .*"service\.name".*mason-of-a-test/);
  });

  test('without a trace begins one, and what follows from it goes on with it', async () => {
    let context: TraceContext | undefined;
    await tracer.trace({ name: 'mason.recycle', parent: null }, async (span) => {
      context = span.context;
    });
    await tracer.trace({ name: 'mason.fulfill', parent: context ?? null }, handled);
    const [first, second] = sent;
    expect(first?.parentSpanId ?? '').toBe('');
    expect(context).toEqual({ traceId: first?.traceId, spanId: first?.spanId, flags: '01' });
    expect(second).toMatchObject({ traceId: first?.traceId, parentSpanId: first?.spanId });
  });

  test('of a trace that nobody wants is not sent, but carries it on', async () => {
    let context: TraceContext | undefined;
    await tracer.trace({ name: 'mason.clean', parent: { ...PARENT, flags: '00' } }, async (span) => {
      context = span.context;
    });
    expect(context).toMatchObject({ traceId: PARENT.traceId, flags: '00' });
    expect(sent).toEqual([]);
  });

  test('that is to come again is an error, whose message is not told: it may be anything', async () => {
    const fault = new MasonError('LEDGER_UNAVAILABLE', 'sesame');
    const traced = tracer.trace({ name: 'mason.clean', parent: null }, () => Promise.reject(fault));
    await expect(traced).rejects.toBe(fault);
    expect(sent).toMatchObject([{ status: { code: 2 } }]);
    expect(notesOf(sent[0])).toEqual({ outcome: 'thrown', 'error.type': 'LEDGER_UNAVAILABLE' });
    expect(bodies.join('')).not.toContain('sesame');
  });
});

describe('a collector', () => {
  test('that refuses fails no message; the log says so once, and once when it is back', async () => {
    answer = 'badly';
    for (let count = 0; count < 3; count += 1)
      expect(await tracer.trace({ name: 'mason.clean', parent: null }, handled)).toBe('done');
    expect(log.map(({ event }) => event)).toEqual(['untraced']);
    answer = 'well';
    await tracer.trace({ name: 'mason.clean', parent: null }, handled);
    expect(log.map(({ event }) => event)).toEqual(['untraced', 'traced']);
    expect(sent).toHaveLength(1);
  });

  test.each(['never', 'away'] as const)(
    'that answers %s delays no message by more than a second',
    async (how) => {
      if (how === 'never') answer = 'never';
      else collector.close();
      const traced = tracer.trace({ name: 'mason.clean', parent: null }, handled);
      await until(() => timers.length > 0);
      expect(timers).toMatchObject([{ ms: 800 }]);
      timers[0]?.run();
      expect(await traced).toBe('done');
      expect(log.map(({ event }) => event)).toEqual(['untraced']);
    },
  );
});

test('a whole round of a resource is one trace of four spans, each the parent of the next', async () => {
  const surroundings = { clock: systemClock, random: systemRandom, log: () => undefined };
  const topics = openTopicsInProcess(surroundings);
  const ledger = openLocalLedger(':memory:', surroundings);
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Scripted', new Script().converter);
  const text = configOf(physical('project', 1), virtual('cluster', { min: 1 }));
  const mason = composeMason({
    ...surroundings,
    ledger,
    topics,
    registry,
    tracer,
    config: { read: async () => ({ file: 'resources.yaml', text }) },
    timing: DEFAULT_TIMING,
    installation: 'test',
    leaseExpiryMs: 60_000,
    requestTtlMs: 30_000,
  });
  const handlers = createHandlers(mason);
  for (const topic of TOPICS) topics.subscribe(topic, handlers[topic]);
  await topics.publish([{ topic: 'sync', data: EVERYTHING, attributes: {} }]);
  await topics.onIdle();

  const [tick, ...phases] = [...sent].sort(
    (a, b) => ORDER.indexOf(a.name.replace('mason.', '')) - ORDER.indexOf(b.name.replace('mason.', '')),
  );
  expect(tick).toMatchObject({ name: 'mason.sync' });
  expect(phases.map(({ name }) => name)).toEqual(ORDER.slice(1).map((phase) => `mason.${phase}`));
  expect(new Set(phases.map(({ traceId }) => traceId)).size).toBe(1);
  expect(phases[0]?.traceId).not.toBe(tick?.traceId);
  expect(phases.map(({ parentSpanId = '' }) => parentSpanId)).toEqual([
    '',
    ...phases.slice(0, -1).map(({ spanId }) => spanId),
  ]);
  const outcomes = ['recycled', 'needsSupply', 'constructed', 'readyToFree'];
  expect(phases.map((span) => notesOf(span)['outcome'])).toEqual(outcomes);
  expect(bodies.join('')).not.toContain('secret');
  await topics.close();
  await ledger.close();
});

const ORDER = ['sync', 'recycle', 'fulfill', 'clean', 'free'];

test('where no collector is named, a tracer records nothing, but each trace goes on', async () => {
  const surroundings = { clock: systemClock, random: systemRandom, log: () => undefined };
  const silent = await openTracer(null, { ...surroundings, serviceName: 'mason' });
  const context = await silent.trace({ name: 'mason.clean', parent: PARENT }, async (span) => {
    await handled(span);
    return span.context;
  });
  expect(context).toMatchObject({ traceId: PARENT.traceId, flags: '01' });
  expect(context.spanId).not.toBe(PARENT.spanId);
  expect(sent).toEqual([]);
});
