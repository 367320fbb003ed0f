import { STATE } from '../../../shared/ledger/records.ts';

/** The original's own states. Any other word may be a name or an owner, and there may be any number of them. */
const KNOWN = [
  STATE.busy,
  STATE.cleaning,
  STATE.dirty,
  STATE.free,
  STATE.leased,
  STATE.toBeDeleted,
  STATE.tombstone,
];
const OTHER = 'other';

/** All that the label `state` can say, as in the original. */
export const STATE_LABELS: readonly string[] = [...KNOWN, OTHER];

const known = new Set<string>(KNOWN);
export const stateLabel = (state: string): string => (known.has(state) ? state : OTHER);

/** Characters of a client's word for itself. */
const LONGEST_AGENT = 40;

/** The first product of a User-Agent, without its version and what stands behind: `Go-http-client`, `curl`, `boskosctl`. */
export function agentLabel(header: string | readonly string[] | undefined): string {
  const [product = ''] = /^[\w.-]+/.exec(String(header ?? '')) ?? [];
  return product.slice(0, LONGEST_AGENT);
}
