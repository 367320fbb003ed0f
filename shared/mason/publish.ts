import type { Wake } from '../ledger/port.ts';
import { messageOf } from '../topics/message.ts';
import type { EngineParts } from './engineParts.ts';
import { reasonOf } from './reasonOf.ts';

/** Publishes wake-ups. One that can't be published is found due by sync, so a failure is no reason to fail the run. */
export async function publish(
  { topics, log, trace }: Pick<EngineParts, 'topics' | 'log'> & { readonly trace: string | null },
  wakes: readonly Wake[],
): Promise<void> {
  if (wakes.length === 0) return;
  try {
    await topics.publish(wakes.map((wake) => messageOf(wake, trace)));
  } catch (error) {
    const names = wakes.map(({ name }) => name).join(', ');
    log({
      severity: 'WARNING',
      event: 'unpublished',
      message: `could not publish for ${names} (${reasonOf(error)}); sync will find them due`,
    });
  }
}
