import type { Mason } from '../../shared/mason/mason.ts';
import { throwAny } from '../../shared/mason/forEachAlone.ts';
import { reasonOf } from '../../shared/mason/reasonOf.ts';
import { endHolds } from './endHolds.ts';
import { loadConfig } from './loadConfig.ts';
import { republishDue } from './republishDue.ts';
import { samplePools } from './samplePools.ts';
import { tendPools } from './tendPools.ts';
import { watchPools } from './watchPools.ts';

type Duty = (mason: Mason) => Promise<void>;

/** In this order: what is due comes first, so that nothing can keep it from being found. */
const DUTIES: Readonly<Record<string, Duty>> = {
  'republish what is due': republishDue,
  'look after what is lent': async ({ boskos, engine }) => {
    const { wakes, faults } = await boskos.keepUp();
    await engine.publish(wakes);
    throwAny(faults);
  },
  'load the config': loadConfig,
  'end what was held for long enough': endHolds,
  'tend the pools': tendPools,
  'match those who wait': async ({ ledger, matcher, engine }) => {
    const types = await ledger.configs.types();
    await engine.publish(await matcher.look(types.map(({ type }) => type)));
  },
  'watch the pools': watchPools,
  'sample the pools': samplePools,
  'forget what is over': async ({ ledger }) => {
    await ledger.configs.sweep();
    await ledger.users.forget(REQUEST_MEMORY_MS);
  },
};

/** How long (ms) an expired request keeps its place, should its poller come back. The original sweeps each minute. */
const REQUEST_MEMORY_MS = 60_000;

/** What failed of a tick; the log has told each already. */
export class SyncFailed extends AggregateError {
  override readonly name = 'SyncFailed';
}

/**
 * sync: the Scheduler's tick. Each duty is isolated: one that fails never stops the others.
 * @throws SyncFailed after all duties were tried
 */
export async function sync(mason: Mason): Promise<void> {
  const errors: unknown[] = [];
  for (const [name, duty] of Object.entries(DUTIES)) {
    try {
      await duty(mason);
    } catch (error) {
      errors.push(error);
      mason.log({
        severity: 'ERROR',
        event: 'sync-failed',
        message: `sync could not ${name}: ${reasonOf(error)}`,
      });
    }
  }
  if (errors.length > 0)
    throw new SyncFailed(errors, `sync: ${errors.length} of ${Object.keys(DUTIES).length} duties failed`);
}
