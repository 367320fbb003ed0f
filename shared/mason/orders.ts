import { MasonError } from '../errors.ts';
import type { EndedHold, HoldRefusal } from '../ledger/port.ts';
import type { ResourceRecord } from '../ledger/records.ts';
import { givenBackIn } from '../ledger/transitions/takes.ts';
import type { TypeRecord } from '../ledger/typeRecord.ts';
import type { Mason } from './mason.ts';

type Ordered = Pick<Mason, 'ledger' | 'engine' | 'waking'>;

interface Order {
  readonly name: string;
  /** Whose order it is, for the history; default: a person's who is not known. */
  readonly by?: string;
}

/**
 * Out of quarantine.
 * @param graceMs see Claims.retry
 * @returns as it is now; null: it is gone by now
 * @throws MasonError NOT_FOUND, REFUSED
 */
export async function orderRetry(
  { ledger, engine, waking }: Ordered,
  { name, by }: Order,
  graceMs: number,
): Promise<ResourceRecord | null> {
  if ((await ledger.views.record(name)) === null) throw unknown(name);
  const wake = await ledger.claims.retry(name, graceMs, by);
  if (wake === null) throw new MasonError('REFUSED', `${name} is not in quarantine`);
  const record = await ledger.views.record(name);
  if (record?.work?.phase != null) await engine.publish([wake]);
  // A suspect is put back dirty, for whoever cleans it.
  else if (record !== null) await waking.givenBack(givenBackIn([record]));
  return record;
}

/** @throws MasonError NOT_FOUND, REFUSED */
export async function orderHold(
  { ledger }: Pick<Ordered, 'ledger'>,
  { name, ...order }: Order & { readonly forMs: number; readonly reason: string },
): Promise<ResourceRecord> {
  const held = await ledger.holds.begin(name, order);
  if (held.kind === 'refused') throw refused(name, held.reason);
  return held.record;
}

/**
 * Ends a hold; of one in quarantine gives the leases back.
 * @throws MasonError NOT_FOUND, REFUSED
 */
export async function orderRelease(
  { ledger, waking }: Pick<Ordered, 'ledger' | 'waking'>,
  { name, by, to }: Order & { readonly to: 'free' | 'dirty' },
): Promise<EndedHold> {
  const released = await ledger.holds.release(name, to, by);
  if (released.kind === 'refused') throw refused(name, released.reason);
  const { record, givenBack } = released;
  if (record.state === 'free') await waking.yielded([record.type]);
  await waking.givenBack(givenBack);
  return released;
}

/**
 * Nothing is done any more with the members of a type, but what is under way; users may take free ones and give them back.
 * @throws MasonError NOT_FOUND, REFUSED
 */
export async function orderPause(
  { ledger }: Pick<Ordered, 'ledger'>,
  { type, by = 'a person', reason }: PauseOrder & { readonly reason: string },
): Promise<void> {
  if (await ledger.configs.pause(type, { by, reason })) return;
  const { pause } = await typeOf(ledger, type);
  const who = pause === null ? '' : `, by ${pause.by} since ${new Date(pause.at).toISOString()}`;
  throw new MasonError('REFUSED', `${type} is paused already${who}`);
}

/**
 * Ends it. What waited goes on within a minute.
 * @throws MasonError NOT_FOUND, REFUSED
 */
export async function orderResume(
  { ledger }: Pick<Ordered, 'ledger'>,
  { type }: Pick<PauseOrder, 'type'>,
): Promise<void> {
  const { settings } = await typeOf(ledger, type);
  if (settings.paused)
    throw new MasonError('REFUSED', `${type} is paused by its config: set mason: {paused: false} there`);
  if (!(await ledger.configs.pause(type, null))) throw new MasonError('REFUSED', `${type} is not paused`);
}

interface PauseOrder {
  readonly type: string;
  readonly by?: string;
}

async function typeOf({ configs }: Ordered['ledger'], type: string): Promise<TypeRecord> {
  const spec = await configs.type(type);
  if (spec !== null && !spec.removed) return spec;
  throw new MasonError('NOT_FOUND', `the config in force has no type ${JSON.stringify(type)}`);
}

function refused(name: string, reason: HoldRefusal): MasonError {
  switch (reason) {
    case 'unknown':
      return unknown(name);
    case 'notFree':
      return new MasonError('REFUSED', `${name} can not be held: it is neither free nor in quarantine`);
    case 'notHeld':
      return new MasonError('REFUSED', `${name} is not held, and keeps nothing in quarantine`);
  }
}

const unknown = (name: string): MasonError =>
  new MasonError('NOT_FOUND', `there is no resource ${JSON.stringify(name)}`);
