import type { ClaimResult, Fence } from '../../../shared/ledger/port.ts';
import type { Fate } from '../core/fates.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';
import type { Call } from '../core/traffic.ts';

interface Holder {
  readonly instance: Instance;
  readonly token: number;
  /** Of the instance, when it claimed. */
  readonly pauses: number;
}

/** What takes long is outside: a run that waits for it renews its claim meanwhile. */
const OUTSIDE = /^(masonable|cleaner)[.]/;

/** A run that lives, and whose every call went through, keeps its claim for as long as its work takes. */
export class ClaimWatch {
  /** House and name → who is at work there, undisturbed so far. */
  readonly #holders = new Map<string, Holder>();
  /** Calls of which the caller may know nothing, or late. */
  readonly #disturbed = new WeakSet<Call>();
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.seers.push((call, fate) => {
      this.#foresee(call, fate);
    });
    stage.observers.push((call, result) => {
      if (call.name === 'claims.claim') this.#claimed(call, result as ClaimResult);
    });
  }

  #foresee(call: Call, fate: Fate): void {
    const { name, instance, args } = call;
    if (ENDS.includes(name)) this.#holders.delete(keyOf(instance, (args[0] as Fence).name));
    if (fate === 'go' || OUTSIDE.test(name)) return;
    this.#disturbed.add(call);
    for (const [key, holder] of this.#holders) if (holder.instance === instance) this.#holders.delete(key);
  }

  #claimed(call: Call, result: ClaimResult): void {
    const { instance } = call;
    if (result.kind !== 'claimed') return;
    const { name, work } = result.record;
    const key = keyOf(instance, name);
    const before = this.#holders.get(key);
    if (before !== undefined && isUndisturbed(before) && before.token < work.token)
      this.#stage.fail(`a run of ${name} was overtaken while it was at work and could reach its ledger`);
    if (this.#disturbed.has(call)) this.#holders.delete(key);
    else this.#holders.set(key, { instance, token: work.token, pauses: instance.pauses });
  }
}

/** A run makes one of these as its last call. */
const ENDS: readonly string[] = ['claims.settle', 'loans.disown'];

const isUndisturbed = ({ instance, pauses }: Holder): boolean => instance.runs && instance.pauses === pauses;

const keyOf = ({ house }: Instance, name: string): string => `${house}/${name}`;
