import type { WorkRecord } from '../ledger/records.ts';
import type { RunContext } from '../masonables/port.ts';
import type { EngineParts } from './engineParts.ts';
import { reasonOf } from './reasonOf.ts';
import type { Outcome, Run } from './run.ts';
import type { Timing } from './timing.ts';

/** lost: another run has claimed it; disowned: the resource is not ours any more. Nothing is to be written of either. */
export type Ended = Outcome | { readonly kind: 'lost' } | { readonly kind: 'disowned' };
type Keeper = Pick<EngineParts, 'ledger' | 'clock' | 'log' | 'timing'>;

/**
 * Does the work of a claimed run while renewing its claim. It ends when the work does, when the claim is lost, or when
 * its time is up: the invocation's, or what is left of the type's construct timeout (nothing may be, after many "not
 * yet": then it isn't begun). The work is told by its signal; if it doesn't listen, the run ends without it, since
 * whatever it writes later is fenced off.
 */
export async function runClaimed(
  claimed: Pick<Run, 'record' | 'spec'> & { readonly work: (run: Run) => Promise<Ended> },
  parts: Keeper,
): Promise<Ended> {
  const { record, spec, work } = claimed;
  const { clock, timing } = parts;
  const limit = timeLimit(claimed, timing);
  if (limit.ms <= 0) return { kind: 'failed', message: limit.reason };
  const deadline = clock.monotonic() + limit.ms;
  const aborting = new AbortController();
  const context: RunContext = {
    cycle: record.work.cycle,
    token: record.work.token,
    // Its own: what it changes there is not to be written with the next sign of life.
    checkpoint: structuredClone(record.work.checkpoint),
    signal: aborting.signal,
    remainingMs: () => Math.max(0, deadline - clock.monotonic()),
  };
  const cut = Promise.withResolvers<Ended>();
  const end = (ended: Ended): void => {
    cut.resolve(ended);
    aborting.abort(new Error(ended.kind === 'failed' ? ended.message : 'the claim was lost'));
  };
  const cancelTimeout = clock.after(limit.ms, () => {
    end({ kind: 'failed', message: limit.reason });
  });
  const renewals = keepRenewing(record, parts, { deadline, end });
  try {
    return await Promise.race([work({ record, spec, context }), cut.promise]);
  } finally {
    cancelTimeout();
    await renewals.stop();
  }
}

function timeLimit(
  { record, spec }: Pick<Run, 'record' | 'spec'>,
  { invocationMs, holdMs }: Timing,
): { ms: number; reason: string } {
  const whole = {
    ms: invocationMs,
    reason: `the run was ended after ${seconds(invocationMs)}, the longest that one invocation may take; return "not yet" for longer work`,
  };
  const { phase, constructingSince, claimedUntil } = record.work;
  if (phase !== 'clean' || constructingSince === null || claimedUntil === null) return whole;
  const claimedAt = claimedUntil - holdMs;
  const left = constructingSince + spec.settings.constructTimeoutMs - claimedAt;
  return left < invocationMs
    ? {
        ms: left,
        reason: `construct was not done within construct-timeout (${seconds(spec.settings.constructTimeoutMs)})`,
      }
    : whole;
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

interface Renewals {
  /** Resolves when no renewal is under way any more: a run's writes are serial. */
  stop(): Promise<void>;
}

function keepRenewing(
  { name, work }: WorkRecord,
  { ledger, clock, log, timing }: Keeper,
  { deadline, end }: { readonly deadline: number; readonly end: (ended: Ended) => void },
): Renewals {
  let cancel = (): void => undefined;
  let stopped = false;
  let underWay: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      if (await ledger.claims.renew({ name, token: work.token }, timing.holdMs)) schedule();
      else end({ kind: 'lost' });
    } catch (error) {
      log({
        severity: 'WARNING',
        event: 'unrenewed',
        message: `could not renew the claim of ${name}: ${reasonOf(error)}`,
        resource: name,
      });
      schedule();
    }
  };
  const schedule = (): void => {
    if (stopped) return;
    cancel = clock.after(timing.renewMs, () => {
      // A process that was stopped wakes up with all its timers due: the end must not come after one more renewal.
      if (clock.monotonic() < deadline) underWay = renew();
    });
  };
  schedule();
  return {
    stop() {
      stopped = true;
      cancel();
      return underWay;
    },
  };
}
