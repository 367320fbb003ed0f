import { MasonError } from '../errors.ts';
import type { EngineParts } from './engineParts.ts';
import { reasonOf } from './reasonOf.ts';
import { labelsOf } from './report.ts';
import type { Run } from './run.ts';
import { claimedAt } from './timing.ts';

/** How long (ms) a run rests whose Boskos can't be asked: from one to two times this, so that they don't all come at once. */
const REST_MS = 3_000;

/** Whether the other server is at fault, which is nothing that the resource or its config could help. */
export const isBoskosFault = (error: unknown): boolean =>
  error instanceof MasonError && (error.code === 'BOSKOS_UNAVAILABLE' || error.code === 'BOSKOS_REFUSED');

/**
 * Puts the run off without an attempt counted, nor time of its construct: all that it has done on the server can be done
 * again.
 * @param why isBegun: whether the phase was, so that its time until now counts
 */
export async function defer(
  { ledger, random, log, timing }: Pick<EngineParts, 'ledger' | 'random' | 'log' | 'timing'>,
  { record }: Pick<Run, 'record'>,
  { error, isBegun }: { readonly error: unknown; readonly isBegun: boolean },
): Promise<void> {
  const { name, work } = record;
  await ledger.claims.settle(
    { name, token: work.token },
    {
      kind: 'deferred',
      againInMs: REST_MS * (1 + random.number()),
      awaySince: isBegun ? null : claimedAt(record, timing),
    },
  );
  const message = `${name} waits for its Boskos: ${reasonOf(error)}`;
  log({ severity: 'WARNING', event: 'deferred', message, ...labelsOf(record) });
}
