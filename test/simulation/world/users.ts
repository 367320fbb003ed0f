import { LEASED_RESOURCES, type ResourceRecord } from '../../../shared/ledger/records.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';

/** One who takes resources and gives them back, or doesn't. */
interface User {
  readonly owner: string;
  /** What he was told is his: name → the state he gave it. */
  readonly has: Map<string, string>;
  /** What is under way, so that he does one thing after the other. */
  isBusy: boolean;
  /** The request whose answer he still waits for. */
  request: { readonly type: string; readonly requestId: string } | null;
}

const DESTS = ['free', 'dirty', 'dirty', 'toBeDeleted', 'tombstone', 'mine', 'busy', 'leased'] as const;

/** People and programs that call Boskos's API. What they know is what they were answered. */
export class Users {
  readonly users: readonly User[] = ['alice', 'bob', 'carol'].map((owner) => ({
    owner,
    has: new Map(),
    isBusy: false,
    request: null,
  }));
  readonly #stage: Stage;
  #requests = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Takes one of the type, or asks once more for what he asked for before. */
  acquire(instance: Instance, types: readonly string[]): void {
    const { dice } = this.#stage;
    const user = this.#idle();
    if (user === null) return;
    if (user.request === null || dice.chance(0.3)) user.request = this.#newRequest(dice.pick(types));
    const { type, requestId } = user.request;
    const asked = {
      type,
      state: dice.chance(0.1) ? 'dirty' : 'free',
      dest: 'busy',
      owner: user.owner,
      requestId,
    };
    this.#do(user, `${user.owner} asks for ${type} ${requestId}`, async () => {
      const answer = await instance.mason.users.acquire(asked);
      if (answer.kind !== 'acquired') return;
      user.has.set(answer.resource.name, 'busy');
      user.request = null;
    });
  }

  /** Takes what is parked for a virtual resource that he has, or one of another's. */
  acquireParts(instance: Instance, records: readonly ResourceRecord[]): void {
    const { dice } = this.#stage;
    const user = this.#idle();
    const built = records.filter(({ work }) => work !== null && work.leases.length > 0);
    const whole =
      built.find(({ name }) => user?.has.has(name)) ?? (built.length > 0 ? dice.pick(built) : undefined);
    if (user === null || whole === undefined) return;
    const all = whole.work?.leases.map((lease) => lease.name) ?? [];
    const names = dice.chance(0.3) ? all.slice(0, 1) : all;
    this.#do(user, `${user.owner} takes ${names.join()} of ${whole.name}`, async () => {
      const order = { state: whole.name, dest: 'leased', owner: user.owner, names };
      for (const { name } of (await instance.mason.users.acquireByState(order)) ?? [])
        user.has.set(name, 'leased');
    });
  }

  /** Gives one back, in any state, also back under the name of what it belongs to. */
  release(instance: Instance, records: readonly ResourceRecord[]): void {
    const { dice } = this.#stage;
    const user = this.#idle();
    if (user === null || user.has.size === 0) return;
    const name = dice.pick([...user.has.keys()]);
    const holders = records.filter(({ work }) => work?.leases.some((lease) => lease.name === name));
    const dest = dice.pick([
      ...DESTS,
      ...holders.map((holder) => holder.name),
      ...holders.map((holder) => holder.name),
    ]);
    this.#do(user, `${user.owner} gives ${name} back ${dest}`, async () => {
      await instance.mason.users.release({ name, dest, owner: user.owner });
      user.has.delete(name);
    });
  }

  heartbeat(instance: Instance): void {
    const { dice } = this.#stage;
    const user = this.#idle();
    if (user === null || user.has.size === 0) return;
    const [name, state] = dice.pick([...user.has]);
    const userData = dice.chance(0.2) ? { [LEASED_RESOURCES]: 'nonsense: [' } : { secret: name };
    this.#do(user, `${user.owner} says he still has ${name}`, async () => {
      await instance.mason.users.update({ name, state, owner: user.owner, userData });
    });
  }

  /** He is gone, and gives nothing back. */
  vanish(): void {
    const user = this.#idle();
    if (user === null) return;
    this.#stage.tell(`${user.owner} vanishes with ${[...user.has.keys()].join()}`);
    user.has.clear();
    user.request = null;
  }

  #idle(): User | null {
    const idle = this.users.filter(({ isBusy }) => !isBusy);
    return idle.length === 0 ? null : this.#stage.dice.pick(idle);
  }

  #newRequest(type: string): { type: string; requestId: string } {
    this.#requests += 1;
    return { type, requestId: this.#stage.dice.chance(0.25) ? '' : `r${this.#requests}` };
  }

  #do(user: User, what: string, act: () => Promise<void>): void {
    this.#stage.tell(what);
    user.isBusy = true;
    // A call that failed tells him nothing: he may have got it or not.
    act().then(
      () => (user.isBusy = false),
      () => (user.isBusy = false),
    );
  }

  /** Those whose calls went down with an instance try again some time. */
  giveUpWaiting(): void {
    for (const user of this.users) user.isBusy = false;
  }
}
