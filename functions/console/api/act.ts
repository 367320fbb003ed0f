import * as z from 'zod';

import { MasonError } from '../../../shared/errors.ts';
import type { HttpAnswer, HttpCall } from '../../../shared/http/handler.ts';
import {
  orderHold,
  orderPause,
  orderRelease,
  orderResume,
  orderRetry,
} from '../../../shared/mason/orders.ts';
import { answerFault, answerJson } from '../answer.ts';
import type { ConsoleParts } from '../parts.ts';
import { foreignTo } from '../token.ts';

const LONGEST_HOLD_MS = 30 * 86_400_000;

const reasonSchema = z.string().max(500);

const orderSchema = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('retry'), name: z.string().min(1) }),
  z.strictObject({
    order: z.literal('hold'),
    name: z.string().min(1),
    forMs: z.number().min(60_000).max(LONGEST_HOLD_MS),
    reason: reasonSchema,
  }),
  z.strictObject({ order: z.literal('release'), name: z.string().min(1), to: z.enum(['free', 'dirty']) }),
  z.strictObject({ order: z.literal('pause'), type: z.string().min(1), reason: reasonSchema }),
  z.strictObject({ order: z.literal('resume'), type: z.string().min(1) }),
]);
type Order = z.infer<typeof orderSchema>;

/** A person's order, if orders may be given here, and by him. */
export async function act(parts: ConsoleParts, call: HttpCall): Promise<HttpAnswer> {
  const { settings, callerOf, mason } = parts;
  if (!settings.actions) return refuse('orders are off here: MASON_CONSOLE_ACTIONS=on switches them on');
  const foreign = foreignTo(call.headers);
  if (foreign !== null) return refuse(`the order is refused: ${foreign}`);
  const caller = callerOf(call.headers);
  if ('fault' in caller) return refuse(`who orders is not known: ${caller.fault}`);
  const order = read(call);
  await carryOut(parts, order, caller.email);
  const subject = 'type' in order ? { type: order.type } : { resource: order.name };
  const message = `${caller.email} ordered ${order.order} of ${subject.type ?? subject.resource} at the console`;
  mason.log({ severity: 'INFO', event: 'ordered-by', message, ...subject });
  return answerJson({
    done: order.order,
    ...('type' in order ? { type: order.type } : { name: order.name }),
  });
}

const refuse = (message: string): HttpAnswer => answerFault(403, 'FORBIDDEN', message);

async function carryOut({ mason, graceMs }: ConsoleParts, order: Order, by: string): Promise<void> {
  switch (order.order) {
    case 'retry':
      await orderRetry(mason, { name: order.name, by }, graceMs);
      return;
    case 'hold':
      await orderHold(mason, { name: order.name, by, forMs: order.forMs, reason: order.reason });
      return;
    case 'release':
      await orderRelease(mason, { name: order.name, by, to: order.to });
      return;
    case 'pause':
      await orderPause(mason, { type: order.type, by, reason: order.reason });
      return;
    case 'resume':
      await orderResume(mason, { type: order.type });
      return;
  }
}

/** @throws MasonError MESSAGE_INVALID */
function read({ headers, body }: HttpCall): Order {
  if (!/^application\/json(\s*;|$)/i.test(String(headers['content-type'] ?? '')))
    throw new MasonError('MESSAGE_INVALID', 'an order is JSON');
  const parsed = orderSchema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new MasonError('MESSAGE_INVALID', `this is no order: ${faults.join('; ')}`);
}

function jsonOf(body: Uint8Array | null): unknown {
  try {
    return JSON.parse(Buffer.from(body ?? []).toString());
  } catch {
    return undefined;
  }
}
