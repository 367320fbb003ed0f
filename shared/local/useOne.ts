import type { Overview } from '../api/wire.ts';
import { dataVariables } from '../cli/leases/run/variables.ts';
import { urlFlag } from '../cli/urlFlag.ts';
import type { Views } from '../ledger/port.ts';
import { LEASED_RESOURCES, STATE } from '../ledger/records.ts';

/** What no shell reads as anything but text. */
const PLAIN = /^[\w.-]+$/;

/**
 * How a newcomer gets to know what is ready: a command that holds as it stands, of a virtual type with a free member.
 * @param url of the server that leases it
 * @returns null: not all is at its size, or there is no such type
 */
export async function useOne(
  views: Pick<Views, 'records'>,
  { pools, verdict }: Overview,
  url: string,
): Promise<string | null> {
  if (verdict.kind !== 'idle') return null;
  const pool = pools.find(({ kind, type, free }) => kind === 'virtual' && free > 0 && PLAIN.test(type));
  if (pool === undefined) return null;
  const [member] = await views.records({ type: pool.type, state: STATE.free, limit: 1 });
  if (member === undefined) return null;
  const { [LEASED_RESOURCES]: _, ...built } = member.userData;
  const variables = Object.keys(dataVariables(built).variables);
  const told = variables.find((name) => name === 'MASON_DATA_URL') ?? variables[0] ?? 'MASON_RESOURCE_NAME';
  return `npx mason run ${pool.type}${urlFlag(url)} -- printenv ${told}`;
}
