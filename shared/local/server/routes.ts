import type * as z from 'zod';

import { MasonError } from '../../errors.ts';
import { orderRetry } from '../../mason/orders.ts';
import { EVERYTHING } from '../../topics/message.ts';
import * as api from '../api.ts';
import type { Events } from '../events.ts';
import { planText } from '../report/planText.ts';
import { tellStory } from '../report/tellStory.ts';
import { LOCAL_TIMING, type Runner } from '../runner.ts';
import { hearOf } from './hearOf.ts';
import { createHoldRoutes } from './holdRoutes.ts';
import { read, typed } from './read.ts';
import type { ApiRequest, Route } from './router.ts';

/** Resources named in one answer. */
const PAGE = 1_000;

export interface RouteParts {
  readonly runner: Pick<Runner, 'mason' | 'overview' | 'publish' | 'keepsSizes'> &
    Partial<Pick<Runner, 'deadLetters'>>;
  readonly events: Events;
  /** How long (ms) an answer to an order waits for what the function says to it. */
  readonly hearMs: number;
}

/** What can be asked under /mason/v1, and what can be ordered. */
export const createRoutes = (parts: RouteParts): Route[] => [
  ...createQuestions(parts),
  { method: 'POST', path: `${api.API}/publish`, handle: ({ body }) => publish(parts, body) },
  { method: 'POST', path: `${api.API}/retry`, handle: ({ body }) => retry(parts, body) },
  ...createHoldRoutes(parts),
];

/** What can be asked alone: for where nobody takes orders. */
export function createQuestions(parts: Pick<RouteParts, 'runner'>): Route[] {
  const { runner } = parts;
  return [
    {
      method: 'GET',
      path: `${api.API}/health`,
      handle: () => typed(api.healthAnswer, { status: 'ok', pid: process.pid }),
    },
    {
      method: 'GET',
      path: `${api.API}/pools`,
      handle: async () => typed(api.poolsAnswer, await runner.overview()),
    },
    { method: 'GET', path: `${api.API}/resources`, handle: ({ query }) => listResources(parts, query) },
    { method: 'GET', path: `${api.API}/resources/:name`, handle: (request) => showResource(parts, request) },
    {
      method: 'GET',
      path: `${api.API}/dead-letters`,
      handle: () => typed(api.deadLettersAnswer, { deadLetters: deadLettersOf(runner) }),
    },
    {
      method: 'POST',
      path: `${api.API}/plan`,
      handle: async ({ body }) =>
        typed(
          api.planAnswer,
          await planText({ ...runner.mason, keepsSizes: runner.keepsSizes }, read(api.planRequest, body)),
        ),
    },
  ];
}

function deadLettersOf({
  deadLetters,
}: RouteParts['runner']): z.infer<typeof api.deadLettersAnswer>['deadLetters'] {
  if (deadLetters === undefined)
    throw new MasonError('REFUSED', 'Pub/Sub has them: gcloud pubsub subscriptions pull mason-TOPIC-dead');
  return deadLetters().map(({ message: { topic, data }, deliveries, error }) => ({
    ...{ topic, data, deliveries, error },
  }));
}

async function listResources(
  { runner }: Pick<RouteParts, 'runner'>,
  query: URLSearchParams,
): Promise<unknown> {
  const asked = Object.fromEntries(
    (['type', 'state', 'after'] as const).flatMap((key) => {
      const value = query.get(key);
      return value === null ? [] : [[key, value]];
    }),
  );
  const records = await runner.mason.ledger.views.records({ ...asked, limit: PAGE + 1 });
  const page = records.slice(0, PAGE);
  return typed(api.resourcesAnswer, {
    resources: page.map(({ name, type, state, work }) => ({ name, type, state, phase: work?.phase ?? null })),
    after: records.length > PAGE ? (page.at(-1)?.name ?? null) : null,
  });
}

async function showResource(
  { runner }: Pick<RouteParts, 'runner'>,
  { name, query }: ApiRequest,
): Promise<unknown> {
  const record = await runner.mason.ledger.views.record(name);
  if (record === null) throw unknown(name);
  return typed(api.resourceAnswer, tellStory(record, query.get('userdata') === '1'));
}

/** Publishes a bare name, as a person would with gcloud, and listens what comes of it. */
async function publish({ runner, events, hearMs }: RouteParts, body: unknown): Promise<unknown> {
  const { phase, name } = read(api.publishRequest, body);
  await mustExist(runner, name);
  const heard = hearOf(events, { phase, name, ms: hearMs });
  await runner.publish({ topic: phase, data: name, attributes: {} });
  const event = await heard;
  if (event?.event === 'refused' || event?.event === 'order-refused') {
    throw new MasonError('REFUSED', `${event.message} (${await whereIs(runner, name)})`);
  }
  return typed(api.publishAnswer, { phase, name, heard: event?.message ?? null });
}

async function whereIs(runner: RouteParts['runner'], name: string): Promise<string> {
  const record = await runner.mason.ledger.views.record(name);
  if (record === null) return 'it is gone';
  return `it is ${record.state}, ${record.work?.phase == null ? 'in no phase' : `in phase ${record.work.phase}`}`;
}

async function retry({ runner }: RouteParts, body: unknown): Promise<unknown> {
  const { name } = read(api.retryRequest, body);
  const record = await orderRetry(runner.mason, { name }, LOCAL_TIMING.graceMs);
  const phase = record?.work?.phase ?? null;
  return typed(api.retryAnswer, { name, state: record?.state ?? 'gone', phase });
}

async function mustExist(runner: RouteParts['runner'], name: string): Promise<void> {
  if (name === EVERYTHING || (await runner.mason.ledger.views.record(name)) === null) throw unknown(name);
}

const unknown = (name: string): MasonError =>
  new MasonError('NOT_FOUND', `there is no resource ${JSON.stringify(name)}`);
