import { parse } from 'yaml';

import { LEASED_RESOURCES, STATE } from '../../../shared/ledger/records.ts';
import type { OriginalRanch, OriginalResource } from '../../support/originalBoskosRanch.ts';
import type { Stage } from '../core/stage.ts';

const OWNERS = ['alice', 'bob'] as const;
const DESTS = ['dirty', 'dirty', 'dirty', 'free', 'toBeDeleted', 'mine', 'busy'] as const;

/** Users of the original's server: Mason has no part in their calls, and hears of nothing. */
export class ServerUsers {
  /** Virtual resources that a user got as they were free, and still has: what was built of them is his. */
  readonly hasBuilt = new Set<string>();
  /** Those that a user gave back free, or took a part of: nobody promises what they are made of. */
  readonly meddledWith = new Set<string>();
  readonly #stage: Stage;
  readonly #ranch: OriginalRanch;

  constructor(stage: Stage, ranch: OriginalRanch) {
    this.#stage = stage;
    this.#ranch = ranch;
  }

  /** Somebody takes a free one of some type. */
  acquireAny(): void {
    const { dice } = this.#stage;
    this.acquire(dice.pick([...new Set(this.#ranch.all().map(({ type }) => type))]), dice.pick(OWNERS));
  }

  acquire(type: string, owner: string): void {
    const taken = this.#ranch.acquire(type, STATE.free, { dest: STATE.busy, owner });
    if ('kind' in taken) return;
    this.#stage.tell(`${owner} gets ${taken.name}`);
    if (taken.userData['thing'] !== undefined) this.hasBuilt.add(taken.name);
  }

  /** What is parked for a virtual resource, his or not. */
  acquireParts(): void {
    const { dice } = this.#stage;
    const owner = dice.pick(OWNERS);
    const built = this.#ranch.all().filter(({ userData }) => userData[LEASED_RESOURCES] !== undefined);
    const whole = built.find(({ name, owner: by }) => by === owner && this.hasBuilt.has(name)) ?? built[0];
    if (whole === undefined) return;
    const names = new Set(partsOf(whole));
    const taken = this.#ranch.acquireByState(names, whole.name, { dest: STATE.leased, owner });
    this.#stage.tell(
      `${owner} takes ${[...names].join()} of ${whole.name}: ${'kind' in taken ? 'refused' : 'done'}`,
    );
    this.meddledWith.add(whole.name);
  }

  release(): void {
    const { dice } = this.#stage;
    const his = this.#held();
    if (his.length === 0) return;
    const resource = dice.pick(his);
    const dest = dice.pick([...DESTS, ...this.#wholesOf(resource.name)]);
    this.giveBack(resource, dest);
  }

  heartbeat(): void {
    const his = this.#held();
    if (his.length === 0) return;
    const { name, state, owner } = this.#stage.dice.pick(his);
    this.#ranch.update(name, { state, owner }, {});
  }

  giveBack({ name, owner }: OriginalResource, dest: string): void {
    this.#stage.tell(`${owner} gives ${name} back ${dest}`);
    this.#ranch.release(name, { dest, owner });
    this.hasBuilt.delete(name);
    if (dest === STATE.free) this.meddledWith.add(name);
    for (const whole of this.#wholesOf(name)) if (whole !== dest) this.meddledWith.add(whole);
  }

  /** Somebody else took it from him. */
  lost(name: string): void {
    this.hasBuilt.delete(name);
  }

  #held(): OriginalResource[] {
    const owners: readonly string[] = OWNERS;
    return this.#ranch.all().filter(({ owner }) => owners.includes(owner));
  }

  #wholesOf(part: string): string[] {
    return this.#ranch
      .all()
      .filter((whole) => partsOf(whole).includes(part))
      .map((whole) => whole.name);
  }
}

/** What its user data says that it holds. */
export function partsOf({ userData }: OriginalResource): string[] {
  const told: unknown = parse(userData[LEASED_RESOURCES] ?? '[]');
  return Array.isArray(told) ? told.map(String) : [];
}
