import { deadLettersAnswer } from '../api/wire.ts';
import { tame } from '../local/view/cells.ts';
import type { Io } from './io.ts';
import type { ServerClient } from './serverClient.ts';

/**
 * Lists what nobody tries to deliver any more.
 * @throws MasonError REFUSED where Pub/Sub has them
 */
export async function deadLetters(
  io: Io,
  server: ServerClient,
  { json }: { readonly json: boolean },
): Promise<void> {
  const answer = await server.get('/dead-letters', deadLettersAnswer);
  const lines = answer.deadLetters.map(
    ({ topic, data, deliveries, error }) =>
      `${tame(topic)} ${tame(data)}: delivered ${deliveries} times in vain, the last error: ${tame(error)}\n`,
  );
  if (json) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out(lines.length === 0 ? 'There are none.\n' : lines.join(''));
}
