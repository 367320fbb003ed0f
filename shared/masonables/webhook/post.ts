import { bodyAtMost } from '../../config/bodyAtMost.ts';
import { withoutUrl } from '../../config/withoutUrl.ts';
import { shownUrl } from './address.ts';
import type { Authorized } from './authorize.ts';
import { failed, WebhookFault } from './fault.ts';
import type { WebhookParts } from './parts.ts';

export interface Letter {
  readonly url: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly authorize: () => Promise<Authorized>;
}

/** An answer of any status. */
export interface Reply {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly text: string;
  /** What the call was made with that may stand in no message. */
  readonly secrets: readonly string[];
}

/** Bytes. User data and a checkpoint have up to 256 KiB each. */
const LARGEST_BYTES = 1024 * 1024;

/**
 * One POST. Time is up for all of it at once, its credentials and its body included: a server may also hang in the middle
 * of its answer.
 * @throws WebhookFault if there is no answer, or the signal's reason
 */
export async function post(letter: Letter, parts: WebhookParts): Promise<Reply> {
  letter.signal.throwIfAborted();
  // A process that was stopped may run on before its timers abort the run.
  if (letter.timeoutMs <= 0) throw failed("the run's time is up");
  const ending = new AbortController();
  const over = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    over.reject(reason);
    ending.abort(reason);
  };
  const stop = (): void => {
    end(letter.signal.reason);
  };
  const cancel = parts.clock.after(letter.timeoutMs, () => {
    end(failed(`${shownUrl(letter.url)} did not answer within ${letter.timeoutMs / 1_000} s. ${LATER}`));
  });
  letter.signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([send({ ...letter, signal: ending.signal }, parts), over.promise]);
  } finally {
    cancel();
    letter.signal.removeEventListener('abort', stop);
  }
}

const LATER = 'Let it answer 202 at once and go on by itself, or write a longer timeout';

async function send(letter: Letter, parts: WebhookParts): Promise<Reply> {
  const { headers, secrets } = await letter.authorize();
  // What comes too late to be waited for must not be sent any more.
  letter.signal.throwIfAborted();
  const { answer, body } = await ask(letter, headers, parts);
  if (body === null)
    throw failed(
      `${shownUrl(letter.url)} answers with more than ${LARGEST_BYTES / 1_024} KiB: keep it elsewhere`,
    );
  return { status: answer.status, headers: answer.headers, text: body.toString('utf8'), secrets };
}

async function ask({ url, body, signal }: Letter, headers: Authorized['headers'], { request }: WebhookParts) {
  try {
    const answer = await request({
      url,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      data: body,
      // Credentials go to nobody but the server that they are for.
      redirect: 'manual',
      responseType: 'stream',
      signal,
      validateStatus: () => true,
      retry: false,
    });
    return { answer, body: await bodyAtMost(answer.data, LARGEST_BYTES) };
  } catch (error) {
    const { message, code } = Object(error) as Readonly<Record<string, unknown>>;
    const reason = withoutUrl(String(message ?? code));
    throw new WebhookFault({
      isBusy: true,
      message: `there is no answer from ${shownUrl(url)} (${reason.slice(0, 200)})`,
    });
  }
}
