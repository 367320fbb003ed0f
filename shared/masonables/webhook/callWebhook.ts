import { notYet, type NotYet } from '../port.ts';
import { parametersOf, shownUrl } from './address.ts';
import { readLater, type Answer } from './answer.ts';
import { authorize } from './authorize.ts';
import { failed, WebhookFault } from './fault.ts';
import { orderOf, type WebhookCall } from './order.ts';
import type { WebhookParts } from './parts.ts';
import { kept, progressIn, withPatience } from './patience.ts';
import { post, type Reply } from './post.ts';
import { LONGEST_MS, retryAfterMs } from './retryAfter.ts';
import { sayingOf } from './saying.ts';

type Result<T> = { readonly done: true; readonly value: T } | NotYet;

/** When a server is asked again that doesn't say when, in milliseconds. */
const AGAIN_IN_MS = 10_000;

/**
 * Calls a webhook once.
 * @param read makes the result out of the body of an answer that says done
 * @throws WebhookFault, whose message has no user data in it, or the signal's reason
 */
export async function callWebhook<T>(
  call: WebhookCall,
  read: (body: string) => Answer<T>,
  parts: WebhookParts,
): Promise<Result<T>> {
  const { context, content, url } = call;
  const progress = progressIn(context.checkpoint);
  const timeoutMs = Math.min(content.timeout, context.remainingMs());
  return withPatience(progress, parts.random, async () => {
    const body = orderOf(call, progress.checkpoint, parts.clock.now() + timeoutMs);
    const letter = {
      url,
      body,
      timeoutMs,
      signal: context.signal,
      authorize: () => authorize(call, body, parts),
    };
    return resultOf({ call, reply: await post(letter, parts), now: parts.clock.now() }, read);
  });
}

interface Answered {
  readonly call: WebhookCall;
  readonly reply: Reply;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function resultOf<T>(answered: Answered, read: (body: string) => Answer<T>): Result<T> {
  const { reply } = answered;
  switch (reply.status) {
    case 200:
    case 204:
      return { done: true, value: valueOf(answered, read(reply.text)) };
    case 202: {
      const { checkpoint, againInMs } = valueOf(answered, readLater(reply.text));
      const pause = againInMs ?? retryAfterMs(reply.headers, answered.now) ?? AGAIN_IN_MS;
      return notYet(kept(checkpoint), Math.min(pause, LONGEST_MS));
    }
    default:
      throw refusal(answered);
  }
}

function valueOf<T>({ call, reply }: Answered, answer: Answer<T>): T {
  if ('value' in answer) return answer.value;
  throw failed(`${shownUrl(call.url)} answers ${reply.status}, with which must come ${answer.fault}`);
}

/** What comes from between us and a server that is busy or away. */
const BUSY: readonly number[] = [429, 502, 503, 504];

function refusal({ call, reply, now }: Answered): WebhookFault {
  const { resource, leased } = call;
  const userData = [resource, ...Object.values(leased).flat()].flatMap((one) => Object.values(one.userData));
  const saying = sayingOf(reply, [...userData, ...parametersOf(call.url)]);
  const said = saying === '' ? '' : `: ${saying}`;
  return new WebhookFault({
    isBusy: BUSY.includes(reply.status),
    message: `${shownUrl(call.url)} answers ${reply.status}${said}${cureFor(call, reply)}`,
    retryAfterMs: retryAfterMs(reply.headers, now) ?? 0,
  });
}

function cureFor({ content: { auth } }: WebhookCall, { status, headers }: Reply): string {
  if (status >= 200 && status < 300) return '. Done is 200, not yet is 202';
  if (status >= 300 && status < 400) {
    const origin = URL.parse(headers.get('location') ?? '')?.origin;
    return `. Redirects${origin === undefined ? '' : ` (here to ${origin})`} are not followed: write the URL that it leads to`;
  }
  return (status === 401 || status === 403) && auth.type === 'id-token'
    ? '. On Cloud Run the account that Mason runs as needs roles/run.invoker'
    : '';
}
