import { isName } from '../../shared/mason/name.ts';
import type { OrderRefusal } from '../../shared/ledger/port.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { traceOf } from '../../shared/runtime/trace.ts';
import type { IncomingMessage } from '../../shared/topics/message.ts';

/**
 * A bare name on recycle's topic is a person's order. It holds for a dirty, toBeDeleted or unowned free resource that has
 * been so since before the order was given: a late delivery never destroys what was built since.
 *
 * @returns whether the resource may now be due for recycle; if not, the log says why
 */
export async function takeOrdered(
  { boskos, log }: Pick<Mason, 'boskos' | 'log'>,
  { data: name, time, trace }: IncomingMessage,
): Promise<boolean> {
  if (!isName(name)) return true;
  const taken = await boskos.takeNamed(name, time);
  if (taken.kind === 'refused' && taken.reason === 'underWay') return true;
  const said = { resource: name, phase: 'recycle', ...traceOf(trace) };
  if (taken.kind === 'taken') {
    log({ severity: 'INFO', event: 'ordered', message: `${name} is recycled by order`, ...said });
    return true;
  }
  const message = `the order to recycle ${name} does not hold: ${REASONS[taken.reason]}`;
  log({ severity: 'WARNING', event: 'order-refused', message, ...said });
  return false;
}

const REASONS: Readonly<Record<OrderRefusal, string>> = {
  unknown: 'there is no such resource',
  stale: 'it is neither dirty, toBeDeleted nor free, or has become so only after the order was given',
  held: 'it is in the hands of a user, or of Mason, which builds it or has set it aside',
  underWay: 'it is being recycled already',
  paused: 'its type is paused: mason status --json says by whom',
  unconfigured: 'its type is not built by this Mason',
};
