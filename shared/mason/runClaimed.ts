import type { Confirmed } from '../boskos/port.ts';
import { MasonError } from '../errors.ts';
import type { WorkRecord } from '../ledger/records.ts';
import type { RunContext } from '../masonables/port.ts';
import type { EngineParts } from './engineParts.ts';
import { reasonOf } from './reasonOf.ts';
import type { Outcome, Run } from './run.ts';
import { claimedAt, type Timing } from './timing.ts';

/**
 * lost: another run has claimed it; disowned: the resource is not ours any more; restarted: it has lost a lease, which is
 * written already. Nothing is to be written of any of them.
 */
export type Ended = Outcome | Exclude<Confirmed, { kind: 'ours' }>;
type Keeper = Pick<EngineParts, 'ledger' | 'clock' | 'log' | 'timing'>;

interface Claimed extends Pick<Run, 'record' | 'spec'> {
  /** Comes first. However long it takes, the work has all of its time. */
  readonly confirm: (record: WorkRecord) => Promise<Confirmed>;
  readonly work: (run: Run) => Promise<Outcome>;
}

/**
 * Does the work of a claimed run while renewing its claim. It ends when the work does, when the claim is lost, or when
 * its time is up: the invocation's, or what is left of the type's construct timeout (nothing may be, after many "not
 * yet": then it isn't begun). The work is told by its signal; if it doesn't listen, the run ends without it, since
 * whatever it writes later is fenced off.
 *
 * @throws MasonError BOSKOS_UNAVAILABLE, if it could not be confirmed in an invocation's time
 */
export async function runClaimed(claimed: Claimed, parts: Keeper): Promise<Ended> {
  const { record, spec, confirm, work } = claimed;
  const { clock, timing } = parts;
  const left = constructTimeLeft(claimed, timing);
  if (left.ms <= 0) return { kind: 'failed', message: left.reason };
  const whole = invocationTime(timing);
  const beganAt = clock.monotonic();
  const asked = await inTime(record, { limit: whole, work: () => confirm(record) }, parts);
  if (asked.kind === 'failed') throw new MasonError('BOSKOS_UNAVAILABLE', 'it did not answer in time');
  if (asked.kind !== 'ours') return asked;
  const rest = { ...whole, ms: whole.ms - (clock.monotonic() - beganAt) };
  const limit = left.ms < rest.ms ? left : rest;
  const { cycle, token, checkpoint } = record.work;
  const begin = (time: Time): Promise<Outcome> => {
    // Its own: what it changes there is not to be written with the next sign of life.
    const context: RunContext = { cycle, token, checkpoint: structuredClone(checkpoint), ...time };
    return work({ record: asked.record, spec, context });
  };
  return inTime(record, { limit, work: begin }, parts);
}

interface Limit {
  readonly ms: number;
  /** What a person is told once it is over. */
  readonly reason: string;
}
type Time = Pick<RunContext, 'signal' | 'remainingMs'>;
type Cut = Extract<Ended, { kind: 'failed' | 'lost' }>;

async function inTime<Result>(
  record: WorkRecord,
  { limit, work }: { readonly limit: Limit; readonly work: (time: Time) => Promise<Result> },
  parts: Keeper,
): Promise<Result | Cut> {
  const { clock } = parts;
  const deadline = clock.monotonic() + limit.ms;
  const aborting = new AbortController();
  const time: Time = {
    signal: aborting.signal,
    remainingMs: () => Math.max(0, deadline - clock.monotonic()),
  };
  const cut = Promise.withResolvers<Cut>();
  const end = (ended: Cut): void => {
    cut.resolve(ended);
    aborting.abort(new Error(ended.kind === 'failed' ? ended.message : 'the claim was lost'));
  };
  const cancelTimeout = clock.after(limit.ms, () => {
    end({ kind: 'failed', message: limit.reason });
  });
  const renewals = keepRenewing(record, parts, { deadline, end });
  try {
    return await Promise.race([work(time), cut.promise]);
  } finally {
    cancelTimeout();
    await renewals.stop();
  }
}

const invocationTime = ({ invocationMs }: Timing): Limit => ({
  ms: invocationMs,
  reason: `the run was ended after ${seconds(invocationMs)}, the longest that one invocation may take; return "not yet" for longer work`,
});

function constructTimeLeft({ record, spec }: Pick<Run, 'record' | 'spec'>, timing: Timing): Limit {
  const { phase, constructingSince } = record.work;
  const { constructTimeoutMs } = spec.settings;
  const since = claimedAt(record, timing);
  const isLimited = phase === 'clean' && constructingSince !== null && since !== null;
  return {
    ms: isLimited ? constructingSince + constructTimeoutMs - since : Infinity,
    reason: `construct was not done within construct-timeout (${seconds(constructTimeoutMs)})`,
  };
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

interface Renewals {
  /** Resolves when no renewal is under way any more: a run's writes are serial. */
  stop(): Promise<void>;
}

function keepRenewing(
  { name, work }: WorkRecord,
  { ledger, clock, log, timing }: Keeper,
  { deadline, end }: { readonly deadline: number; readonly end: (ended: Cut) => void },
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
