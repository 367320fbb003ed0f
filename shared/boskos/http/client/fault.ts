import { MasonError } from '../../../errors.ts';

export interface FaultFacts {
  /** Whether the call may have arrived, and may have done what it asks for. */
  readonly sent: boolean;
  /** How long (ms) the server asks to be left alone; null: it doesn't say. */
  readonly retryAfterMs?: number | null;
}

/**
 * No answer of Boskos. BOSKOS_UNAVAILABLE: the same call may succeed later; BOSKOS_REFUSED: somebody has to change
 * something first. Neither credentials nor user data stand in it, so it has no `cause`: a client's error holds both.
 */
export class BoskosFault extends MasonError {
  readonly sent: boolean;
  readonly retryAfterMs: number | null;

  constructor(
    code: 'BOSKOS_UNAVAILABLE' | 'BOSKOS_REFUSED',
    message: string,
    { sent, retryAfterMs = null }: FaultFacts,
  ) {
    super(code, message);
    this.sent = sent;
    this.retryAfterMs = retryAfterMs;
  }
}
