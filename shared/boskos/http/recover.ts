import type { Intent } from '../../ledger/port.ts';
import { STATE } from '../../ledger/records.ts';
import { eachAlone, type Faults } from './eachAlone.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';

/** How long (ms) a call that was noted may still be under way: several times the deadline of one. */
const UNDER_WAY_MS = 30_000;
const PAGE = 100;

/**
 * Calls of which nobody knows what they brought: their reply or their process was lost. What they did bring is given back
 * as it was, since nothing has been done with it.
 *
 * @param faults gets what went wrong: those notes stay
 */
export async function recover(parts: HttpParts, faults: Faults): Promise<void> {
  const { ledger, leaseExpiryMs } = parts;
  const over = new Set<string>();
  const looked = new Set<string>();
  const work = async (intent: Intent): Promise<void> => {
    if (await isGivenBack(parts, intent)) over.add(intent.owner);
    looked.add(intent.owner);
  };
  await eachAlone(parts, await ledger.loans.unsettled(UNDER_WAY_MS, PAGE), { work, faults });
  // What has no name that could be guessed comes back by the server's own lease expiry. A note that came since, while this
  // sweep stood still for as long, nobody has looked after yet.
  const old = await ledger.loans.unsettled(UNDER_WAY_MS + leaseExpiryMs, PAGE);
  for (const { owner } of old) if (looked.has(owner)) over.add(owner);
  if (over.size > 0) await ledger.loans.drop([...over]);
}

/** @returns whether the server holds nothing under the intent's owner, any more */
async function isGivenBack(parts: HttpParts, intent: Intent): Promise<boolean> {
  const { ledger, client } = parts;
  const { owner, type } = intent;
  const dest = formerState(intent.state);
  const held = await client.held(owner);
  if (held !== null) {
    for (const { name } of held) await client.release({ name, dest, owner });
    return true;
  }
  if (type !== '' && !(await holdsAny(parts, type, owner))) return true;
  const spec = await ledger.configs.type(type);
  const known = spec?.size.kind === 'static' ? spec.size.names : [];
  for (const name of intent.name === null ? known : [intent.name]) {
    const answer = await client.release({ name, dest, owner });
    if ((intent.name === null ? answer : await sure(parts, answer)) === 'done') return true;
  }
  return intent.name !== null;
}

async function holdsAny(parts: HttpParts, type: string, owner: string): Promise<boolean> {
  const metric = await parts.client.metric(type);
  // None of the type: that is believed as what it says of a single one is.
  if (metric === null) await sure(parts, 'notFound');
  return metric?.owner[owner] !== undefined;
}

/** As it was; what was parked or orphaned was on its way to the janitor. */
export const formerState = (state: string): string => (AS_BEFORE.includes(state) ? state : STATE.dirty);
const AS_BEFORE: readonly string[] = [STATE.free, STATE.dirty, STATE.toBeDeleted];
