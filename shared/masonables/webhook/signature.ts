import { createHmac } from 'node:crypto';

/** What is signed, by Standard Webhooks 1.0.0. */
export interface Signed {
  /** Has no dot: the dots divide what is signed. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** The header webhook-signature: one signature for each key, which may overlap while a secret is exchanged. */
export const signatureOf = ({ id, timestamp, body }: Signed, keys: readonly Buffer[]): string =>
  keys
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
    .join(' ');
