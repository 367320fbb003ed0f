import type { Confirmed } from '../boskos/port.ts';
import type { ClaimOrder, ClaimResult, EndAtOnce, Refusal, Wake } from '../ledger/port.ts';
import type { Task, WorkRecord } from '../ledger/records.ts';
import { traceOf } from '../runtime/trace.ts';
import type { SpanNotes } from '../runtime/tracer.ts';
import type { IncomingMessage } from '../topics/message.ts';
import { commit } from './commit.ts';
import { defer, isBoskosFault } from './defer.ts';
import type { EngineParts } from './engineParts.ts';
import { isName } from './name.ts';
import { publish, type Origin } from './publish.ts';
import {
  labelsOf,
  reportDisowned,
  reportLost,
  reportQuarantine,
  reportSettled,
  type SettledRun,
} from './report.ts';
import { reportSuspects } from './reportSuspects.ts';
import type { PhaseWork, Run } from './run.ts';
import { runClaimed, type Ended } from './runClaimed.ts';
import { wakeOrTell } from './wakeOrTell.ts';

export interface Engine {
  /**
   * Claims the resource that the message names, does the work of the phase, and commits what came of it. Resolves when
   * the message is done with, also when there was nothing to do. A rejection means: deliver it again.
   * @returns what came of it
   */
  handle(task: Task, message: IncomingMessage, work: PhaseWork): Promise<SpanNotes>;
  /** Publishes wake-ups. One that can't be published is found due by sync. */
  publish(wakes: readonly Wake[]): Promise<void>;
}

export function createEngine(parts: EngineParts): Engine {
  return {
    handle: (task, message, work) => handle(tracing(parts, message), { task, message }, work),
    publish: (wakes) => publish({ ...parts, origin: null }, wakes),
  };
}

/** What follows from one message carries its trace: in the log, and to the next phase of its resource. */
interface Traced extends EngineParts {
  readonly origin: Origin;
}

function tracing(parts: EngineParts, { data, trace }: IncomingMessage): Traced {
  const said = traceOf(trace);
  return {
    ...parts,
    origin: { resource: data, trace },
    log: (entry) => {
      parts.log({ ...entry, ...said });
    },
  };
}

interface Delivery {
  readonly task: Task;
  readonly message: IncomingMessage;
}

async function handle(parts: Traced, delivery: Delivery, work: PhaseWork): Promise<SpanNotes> {
  const { task, message } = delivery;
  const { log } = parts;
  const name = message.data;
  if (!isName(name) || (message.system !== null && message.system.phase !== task)) {
    const what = `a message to ${task} that is no order for it was dropped: ${printable(name)}`;
    log({ severity: 'WARNING', event: 'misaddressed', message: what, phase: task });
    return { phase: task, outcome: 'misaddressed' };
  }
  const { holdMs, graceMs } = parts.timing;
  const order: ClaimOrder = { name, task, cycle: message.system?.cycle ?? null, holdMs, graceMs };
  const end = endAtOnce(parts, task);
  const notes =
    end === null
      ? await run(parts, { order, work }, delivery)
      : await runAtOnce(parts, { order, end }, delivery);
  return { resource: name, phase: task, ...notes };
}

async function run(
  parts: Traced,
  { order, work }: { readonly order: ClaimOrder; readonly work: PhaseWork },
  delivery: Delivery,
): Promise<SpanNotes> {
  const claim = await parts.ledger.claims.claim(order);
  if (claim.kind === 'claimed')
    return { ...labelsOf(claim.record), outcome: await runAndSettle(parts, claim, work) };
  await turnAway(parts, delivery, claim);
  return { outcome: claim.kind };
}

function endAtOnce({ boskos, timing }: Traced, task: Task): EndAtOnce | null {
  const kind = boskos.endAtOnce(task);
  return kind === 'fulfilled' ? { kind, waitMs: timing.waitMs } : kind && { kind };
}

/** What the work of such a phase comes to in any case. */
const OUTCOMES = { fulfilled: { kind: 'needsSupply' }, freed: { kind: 'readyToFree' } } as const;

async function runAtOnce(
  parts: Traced,
  { order, end }: { readonly order: ClaimOrder; readonly end: EndAtOnce },
  delivery: Delivery,
): Promise<SpanNotes> {
  const done = await parts.ledger.claims.claimAndSettle(order, end);
  if (done.kind === 'settled') {
    const outcome = OUTCOMES[end.kind];
    await tell(parts, done, { outcome, settled: done.settled });
    return { ...labelsOf(done.record), outcome: outcome.kind };
  }
  await turnAway(parts, delivery, done);
  return { outcome: done.kind };
}

async function turnAway(
  parts: Traced,
  { task, message: { data: name, system } }: Delivery,
  claim: Exclude<ClaimResult, { kind: 'claimed' }>,
): Promise<void> {
  const { log } = parts;
  switch (claim.kind) {
    case 'refused': {
      const message = `${name} is not due for ${task}: ${REFUSALS[claim.reason]}`;
      // A duplicate is nobody's business; a person wants to know why nothing happens.
      const severity = system === null ? 'WARNING' : 'DEBUG';
      log({ severity, event: 'refused', message, resource: name, phase: task });
      return;
    }
    case 'quarantined':
      reportQuarantine(log, claim.record);
      if (task === 'clean')
        await wake(parts, 'the next for its construct slot', () => handOnSlot(parts, claim.record.type));
      return;
    case 'restarted': {
      const message = `${name} begins again: its config changed`;
      log({ severity: 'INFO', event: 'restarted', message, resource: name, phase: 'recycle' });
      await publish(parts, [claim.wake]);
    }
  }
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  unknown: 'there is no such resource, or Mason has no work with it',
  stale: 'its phase or its cycle is another',
  claimed: 'a run has it at this moment',
  early: 'it rests until its next attempt',
  quarantined: 'it is in quarantine, and stays there until somebody retries it',
  unconfigured: 'its type is in no config',
  paused: 'its type is paused: mason status --json says by whom',
  slots: 'as many of its type are under construction as max-constructing allows',
};

type End = Ended['kind'] | 'deferred';

async function runAndSettle(parts: Traced, run: Pick<Run, 'record' | 'spec'>, work: PhaseWork): Promise<End> {
  const done = await runAndCommit(parts, run, work);
  if (!('settled' in done)) return done.end;
  await tell(parts, run, done);
  return done.outcome.kind;
}

/** Tells what was written: the log, the next phase, and whoever may go on now. */
async function tell(
  parts: Traced,
  run: Pick<Run, 'record' | 'spec'>,
  { outcome, settled }: Written,
): Promise<void> {
  reportSettled(parts.log, { before: run.record, outcome, settled });
  const { failedCycle, leases } = run.record.work;
  if (outcome.kind === 'recycled' && failedCycle !== null)
    await reportSuspects(
      parts,
      leases.map(({ name }) => name),
    );
  await publish(parts, settled.wakes);
  await wakeOthers(parts, run, {
    settled,
    waits: outcome.kind === 'needsSupply' && settled.wakes.length === 0,
  });
}

type Written = Pick<SettledRun, 'outcome' | 'settled'>;

/** @returns what was written, or why nothing was */
async function runAndCommit(
  parts: Traced,
  run: Pick<Run, 'record' | 'spec'>,
  work: PhaseWork,
): Promise<Written | { readonly end: End }> {
  const { boskos, log } = parts;
  const progress = { isBegun: false };
  const confirm = (record: WorkRecord): Promise<Confirmed> => boskos.confirm(record);
  const begin: PhaseWork = (whole) => {
    progress.isBegun = true;
    return work(whole);
  };
  try {
    const outcome = await runClaimed({ ...run, confirm, work: begin }, parts);
    if (outcome.kind === 'disowned') {
      reportDisowned(log, run.record);
      return { end: 'disowned' };
    }
    if (outcome.kind === 'restarted') return { outcome, settled: outcome.settled };
    const settled = outcome.kind === 'lost' ? outcome : await commit(parts, run, outcome);
    if (outcome.kind !== 'lost' && settled.kind === 'settled') return { outcome, settled };
    reportLost(log, run.record);
    return { end: 'lost' };
  } catch (error) {
    if (!isBoskosFault(error)) throw error;
    await defer(parts, run, { error, ...progress });
    return { end: 'deferred' };
  }
}

/** Whom the end of this run lets go on: who waits for its construct slot, for what it gave back or freed, or beside it. */
async function wakeOthers(
  parts: Traced,
  { record, spec }: Pick<Run, 'record' | 'spec'>,
  { settled, waits }: Pick<Written, 'settled'> & { readonly waits: boolean },
): Promise<void> {
  const { boskos, matcher } = parts;
  const { component } = spec;
  if (record.work.phase === 'clean')
    await wake(parts, 'the next for its construct slot', () => handOnSlot(parts, record.type));
  if (settled.givenBack.length > 0)
    await wake(parts, `whoever cleans ${settled.givenBack.map(({ name }) => name).join()}`, () =>
      boskos.takeGivenBack(settled.givenBack),
    );
  if (settled.yields.length > 0)
    await wake(parts, `those who wait for ${settled.yields.join()}`, () => matcher.look(settled.yields));
  if (waits && component !== null)
    await wake(parts, 'those who wait beside it', () => matcher.match(component));
}

async function handOnSlot({ ledger }: Traced, type: string): Promise<readonly Wake[]> {
  const next = await ledger.claims.nextForSlot(type);
  return next === null ? [] : [next];
}

/** The run's message would be stale if it came again: nothing of this may fail it. */
const wake = (parts: Traced, whom: string, look: () => Promise<readonly Wake[]>): Promise<void> =>
  wakeOrTell(parts.log, whom, async () => publish(parts, await look()));

const printable = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
