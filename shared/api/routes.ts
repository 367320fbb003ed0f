import { MasonError } from '../errors.ts';
import { orderRetry } from '../mason/orders.ts';
import { EVERYTHING } from '../topics/message.ts';
import type { Asked, Ordered } from './asked.ts';
import { createHoldRoutes } from './holdRoutes.ts';
import { byOf, checkedValue, read, typed } from './read.ts';
import { tellStory } from './report/tellStory.ts';
import type { ApiRequest, Route } from './router.ts';
import * as api from './wire.ts';

/** Resources named in one answer. */
const PAGE = 1_000;

/** What can be asked under /mason/v1, and what can be ordered. */
export const createRoutes = (ordered: Ordered): Route[] => [
  ...createQuestions(ordered),
  ...createOrders(ordered),
];

/** What can be asked alone: for where nobody takes orders. */
export const createQuestions = (asked: Asked): Route[] => [
  {
    method: 'GET',
    path: `${api.API}/pools`,
    handle: async () => typed(api.poolsAnswer, await asked.overview()),
  },
  { method: 'GET', path: `${api.API}/resources`, handle: ({ query }) => listResources(asked, query) },
  { method: 'GET', path: `${api.API}/resources/:name`, handle: (request) => showResource(asked, request) },
  { method: 'GET', path: `${api.API}/dead-letters`, handle: () => listDeadLetters(asked) },
  {
    method: 'POST',
    path: `${api.API}/plan`,
    handle: async ({ body }) => typed(api.planAnswer, await asked.plan(read(api.planRequest, body))),
  },
];

export const createOrders = (ordered: Ordered): Route[] => [
  { method: 'POST', path: `${api.API}/publish`, handle: ({ body }) => publish(ordered, body) },
  { method: 'POST', path: `${api.API}/retry`, handle: (request) => retry(ordered, request) },
  ...createHoldRoutes(ordered),
];

async function listDeadLetters({ deadLetters }: Asked): Promise<unknown> {
  if (deadLetters === null)
    throw new MasonError('REFUSED', 'Pub/Sub has them: gcloud pubsub subscriptions pull mason-TOPIC-dead');
  const told = deadLetters().map(({ topic, data, deliveries, error }) => ({
    topic,
    data,
    deliveries,
    error,
  }));
  return typed(api.deadLettersAnswer, { deadLetters: told });
}

async function listResources({ mason }: Asked, query: URLSearchParams): Promise<unknown> {
  const asked = Object.fromEntries(
    (['type', 'state', 'after'] as const).flatMap((key) => {
      const value = query.get(key);
      return value === null ? [] : [[key, checkedValue(key, value)]];
    }),
  );
  const records = await mason.ledger.views.records({ ...asked, limit: PAGE + 1 });
  const page = records.slice(0, PAGE);
  return typed(api.resourcesAnswer, {
    resources: page.map(({ name, type, state, work }) => ({ name, type, state, phase: work?.phase ?? null })),
    after: records.length > PAGE ? (page.at(-1)?.name ?? null) : null,
  });
}

async function showResource({ mason, showsUserData }: Asked, { name, query }: ApiRequest): Promise<unknown> {
  const wantsUserData = query.get('userdata') === '1';
  if (wantsUserData && !showsUserData) throw new MasonError('REFUSED', 'user data are not shown here');
  const record = await mason.ledger.views.record(name);
  if (record === null) throw unknown(name);
  return typed(api.resourceAnswer, tellStory(record, wantsUserData));
}

/** Publishes a bare name, as a person would with gcloud, and listens what comes of it. */
async function publish(ordered: Ordered, body: unknown): Promise<unknown> {
  const { phase, name } = read(api.publishRequest, body);
  await mustExist(ordered, name);
  const heard = ordered.hear({ phase, name });
  await ordered.publish({ topic: phase, data: name, attributes: {} });
  const event = await heard;
  if (event?.event === 'refused' || event?.event === 'order-refused') {
    throw new MasonError('REFUSED', `${event.message} (${await whereIs(ordered, name)})`);
  }
  return typed(api.publishAnswer, { phase, name, heard: event?.message ?? null });
}

async function whereIs({ mason }: Asked, name: string): Promise<string> {
  const record = await mason.ledger.views.record(name);
  if (record === null) return 'it is gone';
  return `it is ${record.state}, ${record.work?.phase == null ? 'in no phase' : `in phase ${record.work.phase}`}`;
}

async function retry({ mason, graceMs }: Ordered, request: ApiRequest): Promise<unknown> {
  const { name } = read(api.retryRequest, request.body);
  const record = await orderRetry(mason, { ...byOf(request), name }, graceMs);
  const phase = record?.work?.phase ?? null;
  return typed(api.retryAnswer, { name, state: record?.state ?? 'gone', phase });
}

async function mustExist({ mason }: Asked, name: string): Promise<void> {
  if (name === EVERYTHING || (await mason.ledger.views.record(name)) === null) throw unknown(name);
}

const unknown = (name: string): MasonError =>
  new MasonError('NOT_FOUND', `there is no resource ${JSON.stringify(name)}`);
