import { MasonError } from '../../errors.ts';
import type { HoldRefusal } from '../../ledger/port.ts';
import * as api from '../api.ts';
import type { Runner } from '../runner.ts';
import { read, typed } from './read.ts';
import type { Route } from './router.ts';

interface HoldParts {
  readonly runner: Pick<Runner, 'mason'>;
}

/** What people set aside to look at, and let go again. */
export const createHoldRoutes = ({ runner }: HoldParts): Route[] => [
  { method: 'POST', path: `${api.API}/hold`, handle: ({ body }) => hold(runner, body) },
  { method: 'POST', path: `${api.API}/unhold`, handle: ({ body }) => release(runner, body) },
];

async function hold({ mason }: HoldParts['runner'], body: unknown): Promise<unknown> {
  const { name, ...order } = read(api.holdRequest, body);
  const held = await mason.ledger.holds.begin(name, order);
  if (held.kind === 'refused') throw refused(name, held.reason);
  const { state, hold: given } = held.record;
  const until = new Date(given?.until ?? 0).toISOString();
  return typed(api.holdAnswer, { name, state, until });
}

async function release({ mason }: HoldParts['runner'], body: unknown): Promise<unknown> {
  const { name, to } = read(api.releaseRequest, body);
  const { ledger, matcher, engine } = mason;
  const released = await ledger.holds.release(name, to);
  if (released.kind === 'refused') throw refused(name, released.reason);
  const { record, returned } = released;
  // Somebody may wait for it.
  if (record.state === 'free') await engine.publish(await matcher.look([record.type]));
  return typed(api.releaseAnswer, { name, state: record.state, returned });
}

function refused(name: string, reason: HoldRefusal): MasonError {
  switch (reason) {
    case 'unknown':
      return new MasonError('NOT_FOUND', `there is no resource ${JSON.stringify(name)}`);
    case 'notFree':
      return new MasonError('REFUSED', `${name} can not be held: it is neither free nor in quarantine`);
    case 'notHeld':
      return new MasonError('REFUSED', `${name} is not held, and keeps nothing in quarantine`);
  }
}
