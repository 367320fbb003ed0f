import type { ClaimResult, Wake } from '../ledger/port.ts';
import type { Task } from '../ledger/records.ts';
import type { IncomingMessage } from '../topics/message.ts';
import { commit } from './commit.ts';
import type { EngineParts } from './engineParts.ts';
import { isName } from './name.ts';
import { publish } from './publish.ts';
import { reportLost, reportQuarantine, reportSettled } from './report.ts';
import type { PhaseWork, Run } from './run.ts';
import { runClaimed, type Ended } from './runClaimed.ts';

export interface Engine {
  /**
   * Claims the resource that the message names, does the work of the phase, and commits what came of it. Resolves when
   * the message is done with, also when there was nothing to do. A rejection means: deliver it again.
   */
  handle(task: Task, message: IncomingMessage, work: PhaseWork): Promise<void>;
  /** Publishes wake-ups. One that can't be published is found due by sync. */
  publish(wakes: readonly Wake[]): Promise<void>;
}

export function createEngine(parts: EngineParts): Engine {
  return {
    handle: (task, message, work) => handle(parts, { task, message }, work),
    publish: (wakes) => publish(parts, wakes),
  };
}

interface Delivery {
  readonly task: Task;
  readonly message: IncomingMessage;
}

async function handle(parts: EngineParts, { task, message }: Delivery, work: PhaseWork): Promise<void> {
  const { ledger, log, timing } = parts;
  const name = message.data;
  if (!isName(name) || (message.system !== null && message.system.phase !== task)) {
    const what = `a message to ${task} that is no order for it was dropped: ${printable(name)}`;
    log({ severity: 'WARNING', event: 'misaddressed', message: what, phase: task });
    return;
  }
  const { holdMs, graceMs } = timing;
  const claim = await ledger.claims.claim({
    name,
    task,
    cycle: message.system?.cycle ?? null,
    holdMs,
    graceMs,
  });
  if (claim.kind === 'claimed') await runAndSettle(parts, claim, work);
  else await turnAway(parts, { name, task }, claim);
}

async function turnAway(
  parts: EngineParts,
  { name, task }: { name: string; task: Task },
  claim: Exclude<ClaimResult, { kind: 'claimed' }>,
): Promise<void> {
  const { log } = parts;
  switch (claim.kind) {
    case 'refused': {
      const message = `${name} is not due for ${task}: ${claim.reason}`;
      log({ severity: 'DEBUG', event: 'refused', message, resource: name, phase: task });
      return;
    }
    case 'quarantined':
      reportQuarantine(log, claim.record);
      return;
    case 'restarted': {
      const message = `${name} begins again: its config changed`;
      log({ severity: 'INFO', event: 'restarted', message, resource: name, phase: 'recycle' });
      await publish(parts, [claim.wake]);
    }
  }
}

async function runAndSettle(
  parts: EngineParts,
  run: Pick<Run, 'record' | 'spec'>,
  work: PhaseWork,
): Promise<void> {
  const outcome = await runClaimed({ ...run, work }, parts);
  const settled = outcome.kind === 'lost' ? outcome : await commit(parts, run, outcome);
  if (outcome.kind === 'lost' || settled.kind !== 'settled') {
    reportLost(parts.log, run.record);
    return;
  }
  reportSettled(parts.log, { before: run.record, outcome, settled });
  await publish(parts, settled.wakes);
  await wakeOthers(parts, { ...run, outcome, settled });
}

/** Whom the end of this run lets go on: who waits for its construct slot, for what it freed, or beside it. */
async function wakeOthers(
  parts: EngineParts,
  ended: Pick<Run, 'record' | 'spec'> & {
    outcome: Ended;
    settled: { wakes: readonly Wake[]; yields: readonly string[] };
  },
): Promise<void> {
  const { ledger, matcher } = parts;
  const { record, spec, outcome, settled } = ended;
  if (record.work.phase === 'clean') {
    const next = await ledger.claims.nextForSlot(record.type);
    if (next !== null) await publish(parts, [next]);
  }
  if (settled.yields.length > 0) await publish(parts, await matcher.look(settled.yields));
  const waits = outcome.kind === 'needsSupply' && settled.wakes.length === 0;
  if (waits && spec.component !== null) await publish(parts, await matcher.match(spec.component));
}

const printable = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
