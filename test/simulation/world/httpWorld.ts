import { openBoskosHttp } from '../../../shared/boskos/http/openBoskosHttp.ts';
import type { LentResource, Wanted } from '../../../shared/boskos/http/client/client.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import type { ClaimOrder, ClaimResult, NewIntent } from '../../../shared/ledger/port.ts';
import { PHASES } from '../../../shared/ledger/records.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { OriginalRanch } from '../../support/originalBoskosRanch.ts';
import { startIn, type House, type Sabotage } from '../core/house.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';
import type { Call } from '../core/traffic.ts';
import type { Upheaval } from '../upheavals/upheaval.ts';
import type { HttpConfigs } from './httpConfigs.ts';
import { holdSome } from './holdSome.ts';
import { httpFaults } from './httpFaults.ts';
import { ClaimWatch } from './claimWatch.ts';
import { Outside, type OutsideMood } from './outside.ts';
import { ServerUsers } from './serverUsers.ts';
import type { Swarm } from './swarm.ts';
import { wireClient } from './wire.ts';
import type { World, WorldAct } from './world.ts';

export const LEASE_EXPIRY_MS = 1_800_000;
const REQUEST_TTL_MS = 30_000;
/** See boskos/http/recover.ts. */
const NOTE_HOLDS_MS = 30_000;

/** A dynamic resource of which nobody knows comes back by the reaper alone: its name can't be guessed. */
const isStatic = ({ server }: HttpConfigs): boolean => server.every((type) => 'names' in type);

/** One or two Masons, each with a ledger of its own, beside users and a reaper on the original's server. */
export class HttpWorld implements World {
  readonly stage: Stage;
  readonly ranch: OriginalRanch;
  readonly users: ServerUsers;
  readonly houses: readonly House[];
  readonly configs: HttpConfigs;
  configText: string;
  readonly #hasReaper: boolean;
  readonly outside: Outside;
  /** Virtual resource → parts that were taken from under its name while it was free (see ServerSight). */
  readonly #takenLate = new Map<string, Set<string>>();
  /** Owner → when (ms of the simulation) the ledger noted that a call under that name was to come. */
  readonly #notedAt = new Map<string, number>();
  /** Of calls that came when their notes were taken for those of the dead: if these die, too, nobody knows what they brought. */
  readonly #lateOwners = new Set<string>();

  constructor(
    stage: Stage,
    parts: {
      readonly swarm: OutsideMood & Pick<Swarm, 'hasRival' | 'lacksReaper'>;
      readonly configs: HttpConfigs;
      readonly sabotage: Sabotage;
      readonly ledgerPath?: Upheaval['ledgerPath'] | undefined;
    },
  ) {
    this.stage = stage;
    this.configs = parts.configs;
    [this.configText] = parts.configs.texts;
    this.#hasReaper = !parts.swarm.lacksReaper || !isStatic(parts.configs);
    this.outside = new Outside(stage, parts.swarm);
    this.ranch = new OriginalRanch({
      types: parts.configs.server,
      now: () => stage.timeline.now,
      newName: () => stage.dice.uuid(),
      random: () => stage.dice.number(),
    });
    this.users = new ServerUsers(stage, this.ranch);
    new ClaimWatch(stage, this.outside);
    this.houses = (parts.swarm.hasRival ? ['home', 'other'] : ['home']).map((name) =>
      this.#houseOf(name, parts),
    );
    stage.observers.push((call, result) => {
      this.#see(call, result);
    });
  }

  start(): Instance {
    return this.startIn(this.stage.dice.pick(this.houses));
  }

  staff(): void {
    for (const house of this.houses)
      if (!this.stage.instances.some((instance) => instance.runs && instance.house === house.name))
        this.startIn(house);
  }

  startIn(house: House): Instance {
    return startIn(this.stage, house);
  }

  tick(house: House, topic: 'sync' | 'janitor'): void {
    this.stage.post.publish(house.name, [{ topic, data: EVERYTHING, attributes: {} }]);
  }

  async act(act: WorldAct): Promise<void> {
    const { stage, users, ranch } = this;
    const { dice } = stage;
    switch (act) {
      case 'tick':
        this.tick(dice.pick(this.houses), dice.chance(0.7) ? 'sync' : 'janitor');
        if (dice.chance(0.3)) ranch.tend();
        return;
      case 'configure':
        this.configText = dice.pick(this.configs.texts);
        stage.tell(`config ${this.configs.texts.indexOf(this.configText)}`);
        return;
      case 'order': {
        const all = ranch.all();
        const built = all.filter(({ userData }) => userData['thing'] !== undefined);
        const { name } = dice.pick(built.length > 0 && dice.chance(0.8) ? built : all);
        const message = { topic: 'recycle', data: name, attributes: {} } as const;
        stage.post.publish(dice.pick(this.houses).name, [message]);
        return;
      }
      case 'retry':
        return this.retryAll();
      case 'hold': {
        const { ledger } = dice.pick(this.houses);
        return holdSome(stage, ledger, await ledger.views.records({ limit: 100 }));
      }
      case 'wake': {
        const message = { topic: dice.pick(PHASES), data: dice.pick(ranch.all()).name, attributes: {} };
        stage.post.publish(dice.pick(this.houses).name, [message]);
        return;
      }
      case 'acquire':
        users.acquireAny();
        return;
      case 'acquireParts':
        users.acquireParts();
        return;
      case 'release':
        users.release();
        return;
      case 'heartbeat':
        users.heartbeat();
        return;
      case 'vanish':
        return;
      case 'reset':
        this.reap(dice.chance(0.3) ? 300_000 : LEASE_EXPIRY_MS);
    }
  }

  /** What a person does about what is in quarantine. */
  async retryAll(): Promise<void> {
    for (const { ledger } of this.houses)
      for (const { name } of await ledger.views.records({ state: 'quarantined', limit: 100 }))
        await ledger.claims.retry(name, 0);
  }

  /** The server's reaper, which knows nothing of Mason. Where there is none, a person resets what is in nobody's books. */
  reap(expireMs: number): void {
    if (!this.#hasReaper) {
      for (const { name, owner } of this.ranch
        .all()
        .filter((resource) => this.#lateOwners.has(resource.owner)))
        this.ranch.release(name, { dest: 'dirty', owner });
      return;
    }
    for (const type of new Set(this.ranch.all().map((resource) => resource.type)))
      for (const state of ['busy', 'cleaning', 'leased']) {
        const names = Object.keys(this.ranch.reset(type, state, { dest: 'dirty', expireMs }));
        if (names.length > 0) this.stage.tell(`the reaper resets ${names.join()}`);
        for (const name of names) this.users.lost(name);
      }
  }

  async faults(): Promise<readonly string[]> {
    return httpFaults({
      resources: this.ranch.all(),
      outside: this.outside,
      hasBuilt: this.users.hasBuilt,
      meddledWith: this.users.meddledWith,
      takenLate: this.#takenLate,
    });
  }

  /** Whether nobody promises what this one holds, by what its users or an overtaken run did. */
  isExempt(name: string): boolean {
    return this.users.meddledWith.has(name) || this.#takenLate.has(name);
  }

  async close(): Promise<void> {
    for (const { ledger } of this.houses) await ledger.close();
  }

  #houseOf(
    name: string,
    {
      sabotage,
      ledgerPath,
    }: { readonly sabotage: Sabotage; readonly ledgerPath?: Upheaval['ledgerPath'] | undefined },
  ): House {
    const { stage } = this;
    const clock = {
      now: () => stage.timeline.now,
      monotonic: () => stage.timeline.elapsed,
      after: () => () => undefined,
    };
    const random = { number: () => stage.dice.number(), uuid: () => stage.dice.uuid() };
    return {
      name,
      ledger: openLocalLedger(ledgerPath?.(name) ?? ':memory:', { clock, random, sharesCommits: false }),
      leaseExpiryMs: LEASE_EXPIRY_MS,
      requestTtlMs: REQUEST_TTL_MS,
      configText: () => this.configText,
      registryFor: (instance) => this.outside.registryFor(instance),
      openBoskosFor: (instance) => (needs) => {
        const client = wireClient(stage, this.ranch, instance);
        return openBoskosHttp({
          ...needs,
          client: sabotage.client?.(client) ?? client,
          newName: sabotage.newOwnerName ?? needs.newName,
          random: () => needs.random.number(),
        });
      },
      sabotage,
    };
  }

  #see({ name, args }: Call, result: unknown): void {
    if (name === 'loans.intend')
      for (const { owner } of args[0] as readonly NewIntent[])
        this.#notedAt.set(owner, this.stage.timeline.elapsed);
    if (name === 'claims.claim') this.#claimed(args[0] as ClaimOrder, result as ClaimResult);
    if (result === null) return;
    if (name !== 'boskos.acquire' && name !== 'boskos.acquireByState') return;
    const part = (result as LentResource).name;
    const { state, owner } = args[0] as Pick<Wanted, 'state' | 'owner'>;
    if (this.stage.timeline.elapsed - (this.#notedAt.get(owner) ?? Infinity) > NOTE_HOLDS_MS)
      this.#lateOwners.add(owner);
    const whole = this.ranch.all().find((resource) => resource.name === state);
    if (whole !== undefined && !whole.owner.startsWith('mason-'))
      this.#takenLate.set(whole.name, (this.#takenLate.get(whole.name) ?? new Set()).add(part));
  }

  /** A Mason makes it anew: what its users did to it is over. One that was only taken may go back as it was. */
  #claimed({ name, task }: ClaimOrder, { kind }: ClaimResult): void {
    if (kind !== 'claimed' || task !== 'recycle') return;
    this.users.meddledWith.delete(name);
    this.#takenLate.delete(name);
  }
}
