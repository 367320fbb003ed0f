import { MasonError } from '../../errors.ts';

interface Facts {
  /** Whether the server, or what stands before it, is only busy or away: the same call may succeed in a moment. */
  readonly isBusy: boolean;
  /** For people: what was called, what came back, what to do. No user data, and nothing secret. */
  readonly message: string;
  /** Milliseconds that the server asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** A call that did not succeed. It has no `cause`: a client's error holds the request, with all that is secret in it. */
export class WebhookFault extends MasonError {
  readonly isBusy: boolean;
  readonly retryAfterMs: number;

  constructor({ isBusy, message, retryAfterMs = 0 }: Facts) {
    super('WEBHOOK_FAILED', message);
    this.isBusy = isBusy;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What another attempt would not mend by itself. */
export const failed = (message: string): WebhookFault => new WebhookFault({ isBusy: false, message });
