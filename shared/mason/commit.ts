import type { Fence, Settled } from '../ledger/port.ts';
import { backoffMs } from './backoff.ts';
import type { EngineParts } from './engineParts.ts';
import type { Outcome, Run } from './run.ts';

type Committer = Pick<EngineParts, 'ledger' | 'boskos' | 'random' | 'timing'>;

/** The one place that says how each end of a run is written down. */
export function commit(
  parts: Committer,
  run: Pick<Run, 'record' | 'spec'>,
  outcome: Outcome,
): Promise<Settled> {
  const { boskos, ledger } = parts;
  const fence: Fence = { name: run.record.name, token: run.record.work.token };
  switch (outcome.kind) {
    case 'recycled':
      return boskos.returnLeases(fence);
    case 'needsSupply':
      return leaseOrWait(parts, fence, run.spec.settings.patienceMs);
    case 'constructed':
      return boskos.keepConstructed(fence, outcome.userData);
    case 'readyToFree':
      return boskos.parkAndFree(fence);
    case 'cleaned':
      return boskos.releaseCleaned(fence);
    case 'notYet':
      return ledger.claims.settle(fence, {
        ...outcome,
        againInMs: Math.min(outcome.againInMs, run.spec.settings.constructTimeoutMs),
      });
    case 'failed':
      return ledger.claims.settle(fence, { ...outcome, retryInMs: retryInMs(parts, run) });
  }
}

async function leaseOrWait(
  { boskos, ledger, timing }: Committer,
  fence: Fence,
  patienceMs: number,
): Promise<Settled> {
  const leased = await boskos.leaseAll(fence);
  if (leased.kind !== 'short') return leased;
  return ledger.claims.settle(fence, { kind: 'waiting', dueInMs: timing.waitMs, patienceMs });
}

/** Milliseconds to the next attempt; null once all attempts are used up. */
function retryInMs(
  { random }: Committer,
  { record, spec: { settings } }: Pick<Run, 'record' | 'spec'>,
): number | null {
  const attempts = record.work.attempts + 1;
  if (attempts >= settings.maxAttempts) return null;
  return backoffMs({ baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }, attempts, () =>
    random.number(),
  );
}
