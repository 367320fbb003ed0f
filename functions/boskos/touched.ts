import { refused } from '../../shared/http/handler.ts';
import type { Touched } from '../../shared/ledger/port.ts';
import { nothing, type BoskosAnswer } from './answer.ts';
import { noneAvailable } from './call.ts';

interface Asked {
  readonly name: string;
  readonly owner: string;
  /** Of /update alone: /release asks for none. */
  readonly state?: string;
  /** What failed, as the original begins its answer. */
  readonly what: string;
}

/** How /release and /update end. */
export function touchedAnswer(touched: Touched, { name, owner, state = '', what }: Asked): BoskosAnswer {
  switch (touched.kind) {
    case 'done':
      return nothing;
    case 'notFound':
      return refused(404, `${what}: ${noneAvailable(name)}`);
    case 'ownerMismatch': {
      const mismatch = `owner mismatch request by ${owner}, currently owned by ${touched.owner}`;
      return refused(401, `${what}: ${mismatch}`);
    }
    case 'stateMismatch':
      // The original has the two the other way round.
      return refused(409, `${what}: state mismatch - expected ${touched.state}, current ${state}`);
  }
}
