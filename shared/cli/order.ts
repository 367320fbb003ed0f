import { MasonError } from '../errors.ts';
import { TASKS } from '../ledger/records.ts';
import { publishAnswer, retryAnswer } from '../local/api.ts';
import type { Io } from './io.ts';
import type { ServerClient } from './serverClient.ts';

/** Publishes a bare name: an order to run this phase of this resource. */
export async function publish(
  io: Io,
  server: ServerClient,
  order: { readonly phase: string; readonly name: string; readonly json: boolean },
): Promise<void> {
  const { phase, name } = order;
  if (!TASKS.some((task) => task === phase)) {
    const message = `there is no phase ${JSON.stringify(phase)}: write one of ${TASKS.join(', ')}`;
    throw new MasonError('ENVIRONMENT_INVALID', message);
  }
  const answer = await server.post('/publish', { phase, name }, publishAnswer);
  if (order.json) io.out(`${JSON.stringify(answer)}\n`);
  else io.out(`${answer.heard ?? `${phase} was told of ${name}`}\nWhat comes of it: mason status ${name}\n`);
}

/** Takes a resource out of quarantine. */
export async function retry(
  io: Io,
  server: ServerClient,
  order: { readonly name: string; readonly json: boolean },
): Promise<void> {
  const answer = await server.post('/retry', { name: order.name }, retryAnswer);
  if (order.json) io.out(`${JSON.stringify(answer)}\n`);
  else io.out(`${answer.name} is out of quarantine and goes on with ${answer.phase}\n`);
}
