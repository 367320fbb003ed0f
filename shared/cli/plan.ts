import { formatFault } from '../config/fault.ts';
import { ERRORS } from '../errors.ts';
import { planAnswer, type PlanAnswer } from '../api/wire.ts';
import { openLocalRegistry } from '../local/openLocalRegistry.ts';
import { readLedgerChoice } from '../runtime/choices.ts';
import { planText } from '../runtime/composePlan.ts';
import { openFileSource } from '../runtime/compose.ts';
import type { Io } from './io.ts';
import { openNamedLedger } from './openNamedLedger.ts';
import { renderPlan } from './renderPlan.ts';
import type { ServerClient } from './serverClient.ts';
import { knownContents } from './knownContents.ts';

export interface PlanOrder {
  /** The config. */
  readonly file: string;
  /** In the form of MASON_LEDGER: that is read, and no server is asked. */
  readonly ledger: string | undefined;
  readonly json: boolean;
}

/**
 * Says what applying a config would do.
 * @returns the exit code: of a config that is refused, that of check
 * @throws MasonError CONFIG_UNREADABLE, SERVER_UNREACHABLE, ENVIRONMENT_INVALID, LEDGER_UNAVAILABLE
 */
export async function plan(io: Io, server: ServerClient, order: PlanOrder): Promise<number> {
  const { file, ledger, json } = order;
  const { text } = await openFileSource(file).read();
  const source = { file, text };
  const answer =
    ledger === undefined
      ? await server.post('/plan', source, planAnswer)
      : await planOn(io, { ledger, source });
  if (json) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else {
    for (const fault of answer.faults) io.err(`${formatFault(fault)}\n`);
    if (answer.plan !== null) io.out(`${renderPlan(answer.plan, io).join('\n')}\n`);
  }
  return answer.plan === null ? ERRORS.CONFIG_INVALID.exit : 0;
}

async function planOn(
  io: Io,
  { ledger: place, source }: { readonly ledger: string; readonly source: { file: string; text: string } },
): Promise<PlanAnswer> {
  const registry = await openLocalRegistry(io.environment, io.directory, {
    commands: runsCommands(io, place),
  });
  const known = knownContents(registry, io);
  const ledger = await openNamedLedger(io, { ledger: place, isNew: false });
  try {
    return await planText({ ledger, known, keepsSizes: !known.borrows }, source);
  } finally {
    await ledger.close();
  }
}

/** Where Mason is deployed Command is off by default, and a plan by what this machine could build would be another one. */
function runsCommands({ environment }: Io, place: string): boolean {
  const choice = readLedgerChoice(place);
  const isDeployed = 'kind' in choice && choice.kind === 'firestore';
  return !isDeployed || environment['MASON_COMMANDS'] === 'on';
}
