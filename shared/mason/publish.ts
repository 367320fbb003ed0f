import type { Wake } from '../ledger/port.ts';
import { messageOf } from '../topics/message.ts';
import type { EngineParts } from './engineParts.ts';
import { reasonOf } from './reasonOf.ts';

/** What the wakes follow from. */
export interface Origin {
  readonly resource: string;
  /** Null: it carries none. */
  readonly trace: string | null;
}

/**
 * Publishes wake-ups. One that can't be published is found due by sync, so a failure is no reason to fail the run.
 * @param origin null: sync, or a user. A trace follows one resource: another that it wakes begins one of its own, or all
 *   that ever waited for each other would be in one.
 */
export async function publish(
  { topics, log, origin }: Pick<EngineParts, 'topics' | 'log'> & { readonly origin: Origin | null },
  wakes: readonly Wake[],
): Promise<void> {
  if (wakes.length === 0) return;
  try {
    await topics.publish(
      wakes.map((wake) => messageOf(wake, wake.name === origin?.resource ? origin.trace : null)),
    );
  } catch (error) {
    const names = wakes.map(({ name }) => name).join(', ');
    log({
      severity: 'WARNING',
      event: 'unpublished',
      message: `could not publish for ${names} (${reasonOf(error)}); sync will find them due`,
    });
  }
}
