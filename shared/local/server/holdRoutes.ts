import { orderHold, orderPause, orderRelease, orderResume } from '../../mason/orders.ts';
import * as api from '../api.ts';
import type { Runner } from '../runner.ts';
import { read, typed } from './read.ts';
import type { Route } from './router.ts';

interface HoldParts {
  readonly runner: Pick<Runner, 'mason'>;
}

/** What people set aside to look at, and types that they pause. */
export const createHoldRoutes = ({ runner }: HoldParts): Route[] => [
  { method: 'POST', path: `${api.API}/hold`, handle: ({ body }) => hold(runner, body) },
  { method: 'POST', path: `${api.API}/unhold`, handle: ({ body }) => release(runner, body) },
  { method: 'POST', path: `${api.API}/pause`, handle: ({ body }) => pause(runner, body) },
  { method: 'POST', path: `${api.API}/resume`, handle: ({ body }) => resume(runner, body) },
];

async function hold({ mason }: HoldParts['runner'], body: unknown): Promise<unknown> {
  const { name, state, hold: given } = await orderHold(mason, read(api.holdRequest, body));
  const until = new Date(given?.until ?? 0).toISOString();
  return typed(api.holdAnswer, { name, state, until });
}

async function release({ mason }: HoldParts['runner'], body: unknown): Promise<unknown> {
  const { record, returned } = await orderRelease(mason, read(api.releaseRequest, body));
  return typed(api.releaseAnswer, { name: record.name, state: record.state, returned });
}

async function pause({ mason }: HoldParts['runner'], body: unknown): Promise<unknown> {
  const order = read(api.pauseRequest, body);
  await orderPause(mason, order);
  return typed(api.pauseAnswer, { type: order.type, paused: true });
}

async function resume({ mason }: HoldParts['runner'], body: unknown): Promise<unknown> {
  const { type } = read(api.resumeRequest, body);
  await orderResume(mason, { type });
  return typed(api.pauseAnswer, { type, paused: false });
}
