import type { Intent } from '../../ledger/port.ts';
import { STATE } from '../../ledger/records.ts';
import type { HttpParts } from './parts.ts';

/** How long (ms) a call that was noted may still be under way: several times the deadline of one. */
const UNDER_WAY_MS = 30_000;
const PAGE = 100;

/**
 * Calls of which nobody knows what they brought: their reply or their process was lost. What they did bring is given back
 * as it was, since nothing has been done with it.
 */
export async function recover(parts: HttpParts): Promise<void> {
  const { ledger, leaseExpiryMs } = parts;
  const over = new Set<string>();
  const looked = new Set<string>();
  for (const intent of await ledger.loans.unsettled(UNDER_WAY_MS, PAGE)) {
    looked.add(intent.owner);
    if (await isGivenBack(parts, intent)) over.add(intent.owner);
  }
  // What has no name that could be guessed comes back by the server's own lease expiry. A note that came since, while this
  // sweep stood still for as long, nobody has looked after yet.
  const old = await ledger.loans.unsettled(UNDER_WAY_MS + leaseExpiryMs, PAGE);
  for (const { owner } of old) if (looked.has(owner)) over.add(owner);
  if (over.size > 0) await ledger.loans.drop([...over]);
}

/** @returns whether the server holds nothing under the intent's owner, any more */
async function isGivenBack({ ledger, client }: HttpParts, intent: Intent): Promise<boolean> {
  const { owner, type } = intent;
  const dest = formerState(intent.state);
  const held = await client.held(owner);
  if (held !== null) {
    for (const { name } of held) await client.release({ name, dest, owner });
    return true;
  }
  if (type !== '' && (await client.metric(type))?.owner[owner] === undefined) return true;
  const spec = await ledger.configs.type(type);
  const known = spec?.size.kind === 'static' ? spec.size.names : [];
  for (const name of intent.name === null ? known : [intent.name]) {
    if ((await client.release({ name, dest, owner })) === 'done') return true;
  }
  return intent.name !== null;
}

/** As it was; what was parked or orphaned was on its way to the janitor. */
export const formerState = (state: string): string => (AS_BEFORE.includes(state) ? state : STATE.dirty);
const AS_BEFORE: readonly string[] = [STATE.free, STATE.dirty, STATE.toBeDeleted];
