import { isName } from '../../shared/mason/name.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import type { IncomingMessage } from '../../shared/topics/message.ts';

/**
 * A bare name on recycle's topic is a person's order. It holds for a dirty, toBeDeleted or unowned free resource that has
 * been so since before the order was given: a late delivery never destroys what was built since.
 */
export async function takeOrdered(
  { boskos, log }: Pick<Mason, 'boskos' | 'log'>,
  message: IncomingMessage,
): Promise<void> {
  const name = message.data;
  if (!isName(name)) return;
  const taken = await boskos.takeNamed(name, message.time);
  if (taken.kind === 'refused' && taken.reason === 'underWay') return;
  if (taken.kind === 'taken')
    log({
      severity: 'INFO',
      event: 'ordered',
      message: `${name} is recycled by order`,
      resource: name,
      phase: 'recycle',
    });
  else
    log({
      severity: 'WARNING',
      event: 'order-refused',
      message: `the order to recycle ${name} does not hold: ${REASONS[taken.reason]}`,
      resource: name,
    });
}

const REASONS = {
  unknown: 'there is no such resource',
  stale: 'it is neither dirty, toBeDeleted nor free, or has become so only after the order was given',
  held: 'somebody holds it',
  underWay: 'it is being recycled already',
  unconfigured: 'its type is not built by this Mason',
} as const;
