import type { Lease } from '../../client/lease.ts';
import type { Place } from '../../client/options.ts';
import { MasonError } from '../../errors.ts';
import { tame } from '../../local/view/cells.ts';
import type { Io } from '../io.ts';
import { flagsOf, type Connection } from './connection.ts';

/** How something is leased. */
export interface LeaseOrder {
  readonly type: string;
  readonly state: string;
  readonly dest: string;
  /** Milliseconds. */
  readonly wait: number;
}

/** Leases one, and shows on the way where in the queue it stands. */
export async function lease(
  io: Io,
  { client }: Connection,
  { owner, signal, ...order }: LeaseOrder & { readonly owner: string; readonly signal: AbortSignal },
): Promise<Lease> {
  const { type, state, dest, wait } = order;
  try {
    return await client.acquire(type, { state, dest, owner, wait, signal, onWait: tellPlace(io, order) });
  } catch (error) {
    throw withCure(error, order);
  }
}

/** The resource for people: its name alone on standard output, for a shell's `$(…)`. */
export async function acquire(
  io: Io,
  connection: Connection,
  order: LeaseOrder & { readonly json: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const got = await lease(io, connection, { ...order, owner: connection.owner });
  if (order.json) {
    const { type, name, state, owner, userData, leased } = got;
    io.out(`${JSON.stringify({ type, name, state, owner, userData, leased })}\n`);
    return;
  }
  io.err(`mason: ${describeLease(got)}\n`);
  const keys = Object.keys(got.userData).map(tame).join(', ') || 'none';
  io.err(`mason: its user data: ${keys} (the values: --json)\n`);
  const given = `${got.name}${flagsOf(io, connection)}`;
  io.err(`mason: to keep it: mason heartbeat ${given}; to give it back: mason release ${given}\n`);
  io.out(`${got.name}\n`);
}

export function describeLease({ type, name, owner, leased }: Lease): string {
  const parts = leased.map((part) => tame(part.name)).join(', ');
  return `${tame(name)} (${tame(type)}) is ${owner}'s${parts === '' ? '' : `, with ${parts}`}`;
}

function tellPlace(io: Io, { type, state }: LeaseOrder): (place: Place) => void {
  let last = '';
  return ({ position, length }) => {
    const where = position === null ? '' : `, place ${position} of ${length ?? position} in the queue`;
    const line = `mason: no ${type} is ${state}: waiting${where}\n`;
    if (line !== last) io.err(line);
    last = line;
  };
}

function withCure(error: unknown, { type, wait }: LeaseOrder): unknown {
  if (!(error instanceof MasonError)) return error;
  const { code, message } = error;
  if (code === 'NOTHING_FREE' && wait === 0)
    return new MasonError(code, `${message}. To wait in the queue: --wait 10m`, { cause: error });
  if (code === 'NOT_FOUND')
    return new MasonError(code, `${message}. mason status lists those of a Mason; ${type} may be misspelt`, {
      cause: error,
    });
  return error;
}
