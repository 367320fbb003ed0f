import { orderHold, orderPause, orderRelease, orderResume } from '../mason/orders.ts';
import type { Ordered } from './asked.ts';
import { byOf, read, typed } from './read.ts';
import type { ApiRequest, Route } from './router.ts';
import * as api from './wire.ts';

type Mason = Ordered['mason'];

/** What people set aside to look at, and types that they pause. */
export const createHoldRoutes = ({ mason }: Pick<Ordered, 'mason'>): Route[] => [
  { method: 'POST', path: `${api.API}/hold`, handle: (request) => hold(mason, request) },
  { method: 'POST', path: `${api.API}/unhold`, handle: (request) => release(mason, request) },
  { method: 'POST', path: `${api.API}/pause`, handle: (request) => pause(mason, request) },
  { method: 'POST', path: `${api.API}/resume`, handle: ({ body }) => resume(mason, body) },
];

async function hold(mason: Mason, request: ApiRequest): Promise<unknown> {
  const order = { ...byOf(request), ...read(api.holdRequest, request.body) };
  const { name, state, hold: given } = await orderHold(mason, order);
  const until = new Date(given?.until ?? 0).toISOString();
  return typed(api.holdAnswer, { name, state, until });
}

async function release(mason: Mason, request: ApiRequest): Promise<unknown> {
  const order = { ...byOf(request), ...read(api.releaseRequest, request.body) };
  const { record, returned } = await orderRelease(mason, order);
  return typed(api.releaseAnswer, { name: record.name, state: record.state, returned });
}

async function pause(mason: Mason, request: ApiRequest): Promise<unknown> {
  const order = { ...byOf(request), ...read(api.pauseRequest, request.body) };
  await orderPause(mason, order);
  return typed(api.pauseAnswer, { type: order.type, paused: true });
}

async function resume(mason: Mason, body: unknown): Promise<unknown> {
  const { type } = read(api.resumeRequest, body);
  await orderResume(mason, { type });
  return typed(api.pauseAnswer, { type, paused: false });
}
