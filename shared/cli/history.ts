import { resourceAnswer } from '../api/wire.ts';
import { tame } from '../local/view/cells.ts';
import type { Io } from './io.ts';
import { moment } from './moment.ts';
import type { ServerClient } from './serverClient.ts';

/**
 * Tells what has happened to a resource, the first first.
 * @throws MasonError NOT_FOUND
 */
export async function history(
  io: Io,
  server: ServerClient,
  { name, json }: { readonly name: string; readonly json: boolean },
): Promise<void> {
  const { work } = await server.get(`/resources/${encodeURIComponent(name)}`, resourceAnswer);
  const entries = work?.history ?? [];
  if (json) io.out(`${JSON.stringify({ name, history: entries }, null, 2)}\n`);
  else if (entries.length === 0) io.out(`Mason never worked on ${tame(name)}\n`);
  else io.out(entries.map(({ at, what }) => `${moment(at, io.now())}  ${tame(what)}\n`).join(''));
}
