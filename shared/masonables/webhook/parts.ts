import type { HttpAnswer } from '../../config/httpText.ts';
import type { Clock } from '../../runtime/clock.ts';

/** One request, as gaxios takes it: any status is an answer, its body comes as a stream. */
export interface WebhookOptions {
  readonly url: string;
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  /** JSON. */
  readonly data: string;
  readonly redirect: 'manual';
  readonly responseType: 'stream';
  readonly signal: AbortSignal;
  readonly validateStatus: (status: number) => boolean;
  readonly retry: boolean;
}
export type WebhookRequest = (options: WebhookOptions) => Promise<HttpAnswer>;

/** What comes from outside. */
export interface WebhookParts {
  readonly request: WebhookRequest;
  /** The value of the header Authorization, with an ID token of the account that Mason runs as. */
  readonly idToken: (audience: string) => Promise<string | null>;
  /** The environment in which secrets are named. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** In [0, 1). */
  readonly random: () => number;
}
