/**
 * What the network does to one call.
 * - refused: it loses the request. The server never sees it; the client gets UNAVAILABLE.
 * - reply-lost: it loses the answer. The server has done it; the client gets UNAVAILABLE.
 * - reset: it loses the answer, and the client's stream is reset (RST_STREAM, INTERNAL_ERROR).
 * - silent: it loses the answer and tells nobody: the client waits until its own deadline.
 * - twice: the server gets the request twice, one after the other; the client gets the second answer.
 * - late: the client gets UNAVAILABLE at once; the server gets the request when the test releases it.
 */
export type Fault = 'refused' | 'reply-lost' | 'reset' | 'silent' | 'twice' | 'late';

export interface Call {
  /** The last part of the path: `Commit`, `RunQuery`, `Publish` … */
  readonly method: string;
  /** 1 is the first call of this method since the plan was made. */
  readonly nth: number;
}

export type Decide = (call: Call) => Fault | null;

export interface When {
  /** So many calls get through before (default: none). */
  readonly after?: number;
  /** So many calls fail (default: one). */
  readonly count?: number;
}

interface Rule {
  readonly fault: Fault;
  after: number;
  count: number;
}

/** Calls whose request has no end of its own: there is no moment at which the server has done what they ask for. */
const OPEN_ENDED = ['Listen', 'Write', 'StreamingPull'];

/** Which calls fail, and how: rules for the next calls first, then whatever the plan decides. */
export class FaultPlan {
  #rules = new Map<string, Rule[]>();
  #decide: Decide = () => null;
  #counts = new Map<string, number>();

  failNext(method: string, fault: Fault, { after = 0, count = 1 }: When): void {
    checkPossible(method, fault);
    if (count < 1 || after < 0) throw new RangeError('count is at least 1, after at least 0');
    const rules = this.#rules.get(method) ?? [];
    this.#rules.set(method, [...rules, { fault, after, count }]);
  }

  plan(decide: Decide): void {
    this.#decide = decide;
    this.#counts = new Map();
  }

  clear(): void {
    this.#rules = new Map();
    this.plan(() => null);
  }

  /** Counts the call. @throws what the test's own plan throws, or if it asks for what can't be done to this method */
  next(method: string): Fault | null {
    const nth = (this.#counts.get(method) ?? 0) + 1;
    this.#counts.set(method, nth);
    const rules = this.#rules.get(method) ?? [];
    const fault = rules.length > 0 ? byRule(rules) : this.#decide({ method, nth });
    if (fault !== null) checkPossible(method, fault);
    return fault;
  }
}

/** The oldest rule alone counts calls; the one after it begins where that one ends. */
function byRule(rules: Rule[]): Fault | null {
  const [rule] = rules;
  if (rule === undefined) return null;
  if (rule.after > 0) {
    rule.after -= 1;
    return null;
  }
  rule.count -= 1;
  if (rule.count === 0) rules.shift();
  return rule.fault;
}

function checkPossible(method: string, fault: Fault): void {
  if (fault !== 'refused' && OPEN_ENDED.includes(method))
    throw new Error(`${method} never ends its request: it can be refused, not ${fault}`);
}
