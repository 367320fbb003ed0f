import type { Adoption, ClaimOrder, ClaimResult, Fence } from '../../../shared/ledger/port.ts';
import type { Fate } from '../core/fates.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';
import type { Call } from '../core/traffic.ts';
import type { Outside } from './outside.ts';

interface Holder {
  readonly instance: Instance;
  readonly token: number;
  /** Of the instance, when it claimed. */
  readonly pauses: number;
}

/** A run that lives, and whose renewals went through, keeps its claim for as long as it waits for what is outside. */
export class ClaimWatch {
  /** House and name → who is at work there, and was not kept from renewing so far. */
  readonly #holders = new Map<string, Holder>();
  /** Claims of which the caller may know nothing, or late. */
  readonly #disturbed = new WeakSet<Call>();
  readonly #stage: Stage;
  readonly #outside: Outside;

  constructor(stage: Stage, outside: Outside) {
    this.#stage = stage;
    this.#outside = outside;
    stage.seers.push((call, fate) => {
      this.#foresee(call, fate);
    });
    stage.observers.push((call, result) => {
      if (call.name === 'claims.claim') this.#claimed(call, result as ClaimResult);
    });
  }

  #foresee(call: Call, fate: Fate): void {
    const { name, instance, args } = call;
    const isEnd = name === 'claims.settle' || name === 'loans.disown';
    if (isEnd || (name === 'claims.renew' && fate !== 'go'))
      this.#holders.delete(keyOf(instance, (args[0] as Fence).name));
    if (name === 'claims.claim' && fate !== 'go') this.#disturbed.add(call);
    // What the server lends anew it had taken away: a reaper of others was there.
    if (name === 'loans.adopt')
      for (const { resource } of args[0] as readonly Adoption[])
        this.#holders.delete(keyOf(instance, resource.name));
  }

  #claimed(call: Call, result: ClaimResult): void {
    const { instance, args } = call;
    if (result.kind !== 'claimed') return;
    const { name } = args[0] as ClaimOrder;
    const { token } = result.record.work;
    const key = keyOf(instance, name);
    const before = this.#holders.get(key);
    if (before !== undefined && before.token < token && this.#isAtWork(before, name))
      this.#stage.fail(`a run of ${name} was overtaken while it was at work and could reach its ledger`);
    if (this.#disturbed.has(call)) this.#holders.delete(key);
    else this.#holders.set(key, { instance, token, pauses: instance.pauses });
  }

  #isAtWork({ instance, pauses }: Holder, name: string): boolean {
    return instance.runs && instance.pauses === pauses && this.#outside.isAwaitedBy(instance, name);
  }
}

const keyOf = ({ house }: Instance, name: string): string => `${house}/${name}`;
