import type { HttpParts } from './parts.ts';
import { tellOf } from './tell.ts';

const PAGE = 100;

/**
 * Stock that nobody could be granted for a while goes back free, and the type is left to others for as long again: else two
 * Masons on one server, each with a part of what the other lacks, would lock each other out for ever. Each draws its own
 * time, so that they don't do it in step.
 */
export async function surrenderOld(parts: HttpParts, type: string, at: number): Promise<void> {
  const { ledger, random, stockMs, dry } = parts;
  const old = (await ledger.loans.stock(type, PAGE)).filter(
    ({ loan }) => loan !== null && at - loan.since > stockMs * (1 + random()),
  );
  for (const { name, loan } of old) {
    if (loan === null || !(await ledger.loans.surrender(name, loan.owner))) continue;
    dry.rest(type, stockMs * random());
    await tellOf(parts, [name]);
  }
}
