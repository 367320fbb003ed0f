import type { Ledger } from '../../ledger/port.ts';
import type { ResourceRecord } from '../../ledger/records.ts';
import type { Overview, Pool } from '../wire.ts';

/** A message that was delivered in vain too often. */
interface GivenUp {
  readonly message: { readonly topic: string; readonly data: string };
  readonly error: string;
}

/** Resources told of one pool: the others mostly suffer from the same. */
const TOLD = 5;
/** Records of one pool that are looked through for the ones to tell of. */
const LOOKED_AT = 1_000;

/** Why it is not idle: pool by pool, each with the resources that keep it from that and their last errors. */
export async function explain(
  ledger: Ledger,
  { pools, verdict }: Overview,
  deadLetters: readonly GivenUp[],
): Promise<readonly string[]> {
  const lines = [...verdict.reasons];
  for (const pool of pools.filter((one) => isAtFault(one))) lines.push(...(await explainPool(ledger, pool)));
  for (const { message, error } of deadLetters)
    lines.push(`given up: ${message.data} on ${message.topic}: ${error}`);
  return lines;
}

const isAtFault = ({ atSize, quarantined, waiting, phases }: Pool): boolean =>
  !atSize || quarantined + waiting > 0 || Object.keys(phases).length > 0;

async function explainPool(ledger: Ledger, { type }: Pool): Promise<string[]> {
  const records = await ledger.views.records({ type, limit: LOOKED_AT });
  const told = records.flatMap((record) => troubleOf(record) ?? []);
  const rest = told.length - TOLD;
  return [...told.slice(0, TOLD), ...(rest > 0 ? [`  … and ${rest} more of ${type}`] : [])];
}

function troubleOf({ name, work, state }: ResourceRecord): string | null {
  if (work?.phase == null) return null;
  if (work.quarantine !== null) return `  ${name} is in quarantine: ${work.quarantine.reason}`;
  const where = work.queue === null ? `is in ${work.phase}` : 'waits for supply';
  const failures = work.attempts > 0 ? `, failed ${work.attempts} times` : '';
  const last = work.lastError === null ? '' : `, the last error: ${work.lastError.message}`;
  return `  ${name} (${state}) ${where}${failures}${last}`;
}
