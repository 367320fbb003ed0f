import type { Answer } from './client/client.ts';
import { BoskosFault } from './client/fault.ts';
import type { HttpParts } from './parts.ts';

/**
 * The answer, if it can be believed. The original says "not found" of everything while it can't read its own store
 * (ranch/ranch.go at 3563df0): then no type has any resource, either.
 *
 * @throws BoskosFault BOSKOS_UNAVAILABLE
 */
export async function sure({ client, ledger }: HttpParts, answer: Answer): Promise<Answer> {
  if (answer !== 'notFound') return answer;
  for (const { type } of await ledger.configs.types())
    if ((await client.metric(type)) !== null) return answer;
  const message = 'Boskos says of every type that it has none: it can not read its own store';
  throw new BoskosFault('BOSKOS_UNAVAILABLE', message, { sent: true });
}
