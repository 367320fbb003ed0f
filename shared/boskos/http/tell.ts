import type { Wake } from '../../ledger/port.ts';
import type { Loan, ResourceRecord, WorkRecord } from '../../ledger/records.ts';
import { toTell } from '../../ledger/transitions/loans.ts';
import { hasWork, wakeOf } from '../../ledger/transitions/work.ts';
import { eachAlone, Faults } from './eachAlone.ts';
import type { HttpParts } from './parts.ts';
import { sure } from './sure.ts';

/** How long (ms) after a failure the server is told again. */
const TELL_MS = 10_000;
const PAGE = 100;

/** Records of loans that have one. */
type Lent = ResourceRecord & { readonly loan: Loan };
const isLent = (record: ResourceRecord | null): record is Lent => record?.loan != null;

/**
 * Tells the server at once what has become of these by a commit. What fails is logged: it is due by then, so that the next
 * look after loans tells it again.
 */
export async function tellOf(parts: HttpParts, names: readonly string[]): Promise<void> {
  const faults = new Faults();
  try {
    const records = await Promise.all(names.map((name) => parts.ledger.views.record(name)));
    const over = records.filter(isLent).filter((record) => toTell(record) !== null);
    await release(parts, over, faults);
  } catch (error) {
    faults.errors.push(error);
  }
  if (faults.errors.length === 0) return;
  const why = faults.errors.map((error) => (error instanceof Error ? error.message : String(error)));
  const message = `could not tell the server of ${names.join(', ')} (${why.join('; ')}); sync will`;
  parts.log({ severity: 'WARNING', event: 'untold', message });
}

/**
 * What is due: signs of life for what is kept, and what the server could not be told of before.
 *
 * @param faults gets what went wrong
 * @returns who is to look, since the server no longer counts something as ours
 */
export async function tellDue(parts: HttpParts, faults: Faults): Promise<readonly Wake[]> {
  const { ledger, keepMs } = parts;
  const wakes: Wake[] = [];
  const tried = new Set<string>();
  for (let isMore = true; isMore && !faults.isAway;) {
    const due = (await ledger.loans.due({ limit: PAGE, keepMs, tellMs: TELL_MS })).filter(isLent);
    const untried = due.filter(({ loan }) => !tried.has(loan.owner));
    for (const { loan } of untried) tried.add(loan.owner);
    const over = untried.filter((record) => toTell(record) !== null);
    await release(parts, over, faults);
    const kept = untried.filter((record) => toTell(record) === null);
    const work = (record: Lent): Promise<readonly Wake[]> => keep(parts, record);
    wakes.push(...(await eachAlone(parts, kept, { work, faults })).flat());
    // What is due again already comes behind all that was due before it.
    isMore = untried.length === PAGE;
  }
  return wakes;
}

/** Whatever the server says to it, the loan is over: it was told before, or has taken the resource back. */
async function release(parts: HttpParts, records: readonly Lent[], faults: Faults): Promise<void> {
  const { client, ledger } = parts;
  const work = async (record: Lent): Promise<{ readonly name: string; readonly owner: string }> => {
    const { name, loan } = record;
    await sure(
      parts,
      await client.release({ name, dest: toTell(record) ?? record.state, owner: loan.owner }),
    );
    return { name, owner: loan.owner };
  };
  const told = await eachAlone(parts, records, { work, faults });
  if (told.length > 0) await ledger.loans.end(told);
}

/** A sign of life. Where it is refused, whoever works with the resource is woken to see for itself. */
async function keep(parts: HttpParts, record: Lent): Promise<readonly Wake[]> {
  const { client, ledger } = parts;
  const { name, loan } = record;
  const answer = await sure(parts, await client.update({ name, state: loan.state, owner: loan.owner }));
  if (answer === 'done') return [];
  const user = record.heldBy === null ? record : await ledger.views.record(record.heldBy);
  const seesItself = hasWork(user) && (user.name === name || isParking(user));
  if (!seesItself) await ledger.loans.end([{ name, owner: loan.owner }]);
  else if (user.work.quarantine !== null) await letGo(parts, user);
  return hasWork(user) && user.work.phase !== null ? [wakeOf(user, user.work.phase)] : [];
}

/** A lease that is parked already is refused, too, and not lost: its loan ends with the commit that follows. */
const isParking = ({ work: { phase, quarantine } }: WorkRecord): boolean =>
  phase === 'free' && quarantine === null;

/** In quarantine nothing runs that could see for itself. */
async function letGo(parts: HttpParts, { name, work: { token } }: WorkRecord): Promise<void> {
  const told = await parts.ledger.loans.disown({ name, token });
  if (told !== null) await tellOf(parts, told);
}
