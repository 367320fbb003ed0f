import { MasonError } from '../errors.ts';
import type { EngineParts } from './engineParts.ts';
import { reasonOf } from './reasonOf.ts';
import { labelsOf } from './report.ts';
import type { Run } from './run.ts';

/** How long (ms) a run rests whose Boskos can't be asked: from one to two times this, so that they don't all come at once. */
const REST_MS = 3_000;

/** Whether the other server is at fault, which is nothing that the resource or its config could help. */
export const isBoskosFault = (error: unknown): boolean =>
  error instanceof MasonError && (error.code === 'BOSKOS_UNAVAILABLE' || error.code === 'BOSKOS_REFUSED');

/** Puts the run off without an attempt counted: all that it has done on the server can be done again. */
export async function defer(
  { ledger, random, log }: Pick<EngineParts, 'ledger' | 'random' | 'log'>,
  { record }: Pick<Run, 'record'>,
  error: unknown,
): Promise<void> {
  const { name, work } = record;
  await ledger.claims.settle(
    { name, token: work.token },
    {
      kind: 'notYet',
      checkpoint: work.checkpoint,
      againInMs: REST_MS * (1 + random.number()),
    },
  );
  const message = `${name} waits for its Boskos: ${reasonOf(error)}`;
  log({ severity: 'WARNING', event: 'deferred', message, ...labelsOf(record) });
}
