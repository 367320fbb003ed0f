import type {
  Acquired,
  AcquireRequest,
  GivenBack,
  NamedTake,
  Touched,
  Wake,
} from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import type { House } from '../core/house.ts';
import type { Stage } from '../core/stage.ts';
import type { Call } from '../core/traffic.ts';
import type { Outside } from './outside.ts';

interface Held {
  readonly owner: string;
  /** The last sign of life (ms of the simulation). */
  readonly touchedAt: number;
}

interface Answered {
  readonly name: string;
  readonly at: number;
}

/**
 * What the ledger has promised to users, by what it has committed. It checks each commit against it: who holds a resource
 * keeps it until he gives it back or is silent for too long, and the same request gets the same resource.
 */
export class RanchTruth {
  /** Name → who holds it. */
  readonly held = new Map<string, Held>();
  readonly #answers = new Map<string, Answered>();
  readonly #stage: Stage;
  readonly #house: House;
  readonly #outside: Outside;

  constructor(stage: Stage, house: House, outside: Outside) {
    this.#stage = stage;
    this.#house = house;
    this.#outside = outside;
    stage.observers.push((call, result) => {
      this.#see(call, result);
    });
  }

  /** Nobody holds anything any more, and all have been told so. */
  declareOver(): void {
    this.held.clear();
    this.#answers.clear();
  }

  /** Of whom the ledger says another thing than it told him. */
  faultsIn(records: ReadonlyMap<string, ResourceRecord>): readonly string[] {
    return [...this.held].flatMap(([name, { owner }]) => {
      const now = records.get(name)?.owner;
      return now === owner
        ? []
        : [`${name} was given to ${owner}, and is in the hands of "${now ?? 'nobody'}"`];
    });
  }

  #see({ name, args }: Call, result: unknown): void {
    switch (name) {
      case 'users.acquire':
        this.#acquired(args[0] as AcquireRequest, result as Acquired);
        return;
      case 'users.acquireByState':
        for (const record of (result as readonly ResourceRecord[] | null) ?? [])
          this.#give(record.name, record.owner);
        return;
      case 'users.update':
        this.#touched((args[0] as { name: string }).name, result as Touched, true);
        return;
      case 'users.release':
        this.#touched((args[0] as { name: string }).name, result as Touched, false);
        return;
      case 'users.reset':
        for (const reset of Object.keys(result as Record<string, string>)) this.#end(reset);
        return;
      case 'pools.reap':
        for (const reaped of result as readonly string[]) this.#reaped(reaped);
        return;
      case 'pools.takeNamed':
        if ((result as NamedTake).kind === 'taken') this.#ordered(String(args[0]), Number(args[1]));
        return;
      case 'pools.takeGivenBack':
        this.#takenUp(args[0] as readonly GivenBack[], result as readonly Wake[]);
    }
  }

  #acquired(request: AcquireRequest, result: Acquired): void {
    if (result.kind !== 'acquired') return;
    const { name, owner } = result.resource;
    const { type, state, dest, requestId, requestTtlMs } = request;
    const key = [type, state, dest, owner, requestId].join(' ');
    const before = this.#answers.get(key);
    const isRepeat = before !== undefined && before.at + requestTtlMs > this.#stage.timeline.elapsed;
    if (requestId !== '' && isRepeat && before.name !== name)
      this.#stage.fail(`the request ${requestId} of ${owner} was given ${before.name}, then ${name}`);
    if (requestId !== '' && before?.name !== name)
      this.#answers.set(key, { name, at: this.#stage.timeline.elapsed });
    this.#give(name, owner);
  }

  #give(name: string, owner: string): void {
    const before = this.held.get(name);
    if (before !== undefined && before.owner !== owner)
      this.#stage.fail(`${name} was given to ${owner} while ${before.owner} holds it`);
    this.held.set(name, { owner, touchedAt: this.#stage.timeline.elapsed });
  }

  #touched(name: string, { kind }: Touched, keeps: boolean): void {
    if (kind !== 'done') return;
    this.#forget(name);
    const held = this.held.get(name);
    if (keeps && held !== undefined)
      this.held.set(name, { ...held, touchedAt: this.#stage.timeline.elapsed });
    else this.held.delete(name);
  }

  #reaped(name: string): void {
    const held = this.held.get(name);
    const silentMs = this.#stage.timeline.elapsed - (held?.touchedAt ?? -Infinity);
    if (silentMs < this.#house.leaseExpiryMs)
      this.#stage.fail(`${name} was taken from ${held?.owner ?? ''} after ${silentMs} ms of silence`);
    this.#end(name);
  }

  #end(name: string): void {
    this.held.delete(name);
    this.#forget(name);
  }

  /** An answer holds until somebody does something with what it gave. */
  #forget(name: string): void {
    for (const [key, answer] of this.#answers) if (answer.name === name) this.#answers.delete(key);
  }

  #takenUp(given: readonly GivenBack[], taken: readonly Wake[]): void {
    const since = new Map(given.map(({ name, lastUpdate }) => [name, lastUpdate]));
    for (const { name } of taken) this.#ordered(name, since.get(name) ?? 0);
  }

  #ordered(name: string, orderedAt: number): void {
    const since = this.#outside
      .of(this.#house.name, name)
      .find(({ isWhole, at }) => isWhole && at > orderedAt);
    if (since !== undefined) this.#stage.fail(`an order from before it was built destroyed ${name}`);
  }
}
