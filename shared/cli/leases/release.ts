import type { Released } from '../../client/lease.ts';
import { MasonError } from '../../errors.ts';
import { tame } from '../../local/view/cells.ts';
import type { Io } from '../io.ts';
import type { Connection } from './connection.ts';

/** Gives back what was acquired, and what it is made of. */
export async function release(
  io: Io,
  { client, owner }: Connection,
  order: {
    readonly name: string;
    readonly dest: string;
    readonly json: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { name, dest, signal } = order;
  const released = await client.release(name, { dest, signal }).catch((error: unknown) => {
    throw withCure(error, name, owner);
  });
  if (order.json) io.out(`${JSON.stringify(released)}\n`);
  else io.out(`${tame(describeReleased(released))}\n`);
}

function describeReleased({ name, state, leased, missing, complete }: Released): string {
  const parts = leased.length === 0 ? '' : `, with ${leased.join(', ')}`;
  const gone = missing.length === 0 ? '' : `; ${missing.join(', ')} had gone back before`;
  const rest = complete ? '' : '; if it is made of others, they come back when their lease expires';
  return `${name} is given back as ${state}${parts}${gone}${rest}`;
}

function withCure(error: unknown, name: string, owner: string): unknown {
  if (!(error instanceof MasonError) || error.code !== 'LEASE_LOST') return error;
  const cure = `Another owner than ${owner}: --owner. To end a hold: mason unhold ${name}`;
  return new MasonError(error.code, `${error.message}. ${cure}`, { cause: error });
}
