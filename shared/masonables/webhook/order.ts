import type { Json } from '../../ledger/records.ts';
import type { LeasedResources, MasonableResource, RunContext } from '../port.ts';
import type { CleanContent } from './content.ts';
import { failed } from './fault.ts';

/** One run of a webhook for one resource. */
export interface WebhookCall {
  readonly action: 'construct' | 'destroy' | 'clean';
  readonly url: string;
  readonly content: CleanContent;
  readonly resource: MasonableResource;
  readonly leased: LeasedResources;
  readonly context: RunContext;
}

/** Changes when what an order means does. */
const VERSION = 1;

/** Bytes. User data have up to 256 KiB a resource. */
const LARGEST_BYTES = 8 * 2 ** 20;

/** The same in each repetition of the same work. Standard Webhooks wants no dot in it. */
export const idOf = ({ action, resource, context }: WebhookCall): string =>
  `${encodeURIComponent(resource.name).replaceAll('.', '%2E')}/${context.cycle}/${action}`;

/**
 * The body.
 * @param deadline when the answer must be there, in milliseconds since the epoch
 * @throws WebhookFault
 */
export function orderOf(call: WebhookCall, checkpoint: Json, deadline: number): string {
  const { action, resource, leased, context } = call;
  const body = JSON.stringify({
    version: VERSION,
    action,
    resource,
    leasedResources: leased,
    cycle: context.cycle,
    token: context.token,
    checkpoint,
    deadline: new Date(deadline).toISOString(),
  });
  const bytes = Buffer.byteLength(body);
  if (bytes > LARGEST_BYTES)
    throw failed(
      `what there is to send of ${resource.name} (${bytes} bytes) is larger than ${LARGEST_BYTES / 2 ** 20} MiB: keep less in the user data of what it is made of`,
    );
  return body;
}
