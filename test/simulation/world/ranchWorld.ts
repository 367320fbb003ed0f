import { PHASES, type Phase, type ResourceRecord } from '../../../shared/ledger/records.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { EVERYTHING } from '../../../shared/topics/message.ts';
import { checkInvariants } from '../../support/invariants.ts';
import { startIn, type House, type Sabotage } from '../core/house.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';
import { ClaimWatch } from './claimWatch.ts';
import type { ConfigTexts } from './configs.ts';
import { holdSome } from './holdSome.ts';
import { GrantWatch } from './grantWatch.ts';
import type { Upheaval } from '../upheavals/upheaval.ts';
import { Outside } from './outside.ts';
import { RanchTruth } from './ranchTruth.ts';
import type { Swarm } from './swarm.ts';
import { thingFaults } from './thingFaults.ts';
import { Users } from './users.ts';
import type { World, WorldAct } from './world.ts';

const LEASE_EXPIRY_MS = 1_800_000;
const REQUEST_TTL_MS = 30_000;

/** Calls that change nothing. */
const READS = /^(views|topics|config|masonable|cleaner)[.]|[.](types?|content|waiters|supply|metric|recall)$/;

/** Mason on its own ledger: any number of instances of one house, and the users of its API. */
export class RanchWorld implements World {
  readonly stage: Stage;
  readonly house: House;
  readonly users: Users;
  readonly truth: RanchTruth;
  readonly outside: Outside;
  readonly configs: ConfigTexts;
  configText: string;
  #hasChanged = true;
  readonly #counters = new Map<string, { token: number; cycle: number }>();

  constructor(
    stage: Stage,
    parts: {
      readonly swarm: Swarm;
      readonly configs: ConfigTexts;
      readonly sabotage: Sabotage;
      readonly ledgerPath?: Upheaval['ledgerPath'] | undefined;
    },
  ) {
    this.stage = stage;
    this.configs = parts.configs;
    this.configText = parts.configs[0];
    this.outside = new Outside(stage, parts.swarm);
    const watch = new GrantWatch(stage);
    const ledger = openLocalLedger(parts.ledgerPath?.('home') ?? ':memory:', {
      clock: {
        now: () => stage.timeline.now,
        monotonic: () => stage.timeline.elapsed,
        after: () => () => undefined,
      },
      random: { number: () => stage.dice.number(), uuid: () => stage.dice.uuid() },
      sharesCommits: false,
    });
    this.house = {
      name: 'home',
      ledger: watch.watch(ledger),
      onCall: (caller) => (watch.caller = caller),
      leaseExpiryMs: LEASE_EXPIRY_MS,
      requestTtlMs: REQUEST_TTL_MS,
      configText: () => this.configText,
      registryFor: (instance) => this.outside.registryFor(instance),
      sabotage: parts.sabotage,
    };
    this.truth = new RanchTruth(stage, this.house, this.outside);
    this.users = new Users(stage);
    new ClaimWatch(stage, this.outside);
    stage.observers.push(({ name }) => {
      if (!READS.test(name)) this.#hasChanged = true;
    });
  }

  start(): Instance {
    this.users.giveUpWaiting();
    return startIn(this.stage, this.house);
  }

  staff(): void {
    if (!this.stage.instances.some(({ runs }) => runs)) this.start();
  }

  /** The Scheduler's minute. */
  tick(): void {
    this.post('sync', EVERYTHING);
    this.post('janitor', EVERYTHING);
  }

  post(topic: 'sync' | 'janitor' | Phase, data: string): void {
    this.stage.post.publish(this.house.name, [{ topic, data, attributes: {} }]);
  }

  async act(act: WorldAct, instance: Instance): Promise<void> {
    const { stage, users } = this;
    const { dice } = stage;
    switch (act) {
      case 'tick':
        this.post(dice.chance(0.7) ? 'sync' : 'janitor', EVERYTHING);
        return;
      case 'configure':
        this.configText = dice.pick(this.configs);
        stage.tell(`config ${this.configs.indexOf(this.configText)}`);
        return;
      case 'order': {
        const records = await this.records();
        if (records.length > 0) this.post('recycle', dice.pick(records).name);
        return;
      }
      case 'retry': {
        const name = dice.pick(['cluster-1', 'lab-1', 'project-1']);
        await this.house.ledger.claims.retry(name, 60_000);
        this.#hasChanged = true;
        return;
      }
      case 'hold':
        await holdSome(stage, this.house.ledger, await this.records());
        this.#hasChanged = true;
        return;
      case 'wake': {
        const records = await this.records();
        if (records.length > 0) this.post(dice.pick(PHASES), dice.pick(records).name);
        return;
      }
      case 'acquire':
        users.acquire(instance, (await this.types()).map(({ type }) => type).concat('project'));
        return;
      case 'acquireParts':
        users.acquireParts(instance, await this.records());
        return;
      case 'release':
        users.release(instance, await this.records());
        return;
      case 'heartbeat':
        users.heartbeat(instance);
        return;
      case 'vanish':
        users.vanish();
        return;
      case 'reset': {
        const order = { type: dice.pick(['project', 'cluster', 'lab']), state: 'busy', expireMs: 600_000 };
        const dest = dice.chance(0.5) ? 'free' : 'dirty';
        instance.mason.users.reset({ ...order, dest }).catch(() => undefined);
      }
    }
  }

  async faults(): Promise<readonly string[]> {
    if (!this.#hasChanged) return [];
    this.#hasChanged = false;
    const [records, types] = [await this.records(), await this.types()];
    const byName = new Map(records.map((record) => [record.name, record]));
    return [
      ...checkInvariants(records, types),
      ...this.truth.faultsIn(byName),
      ...thingFaults(this.outside, { house: this.house.name, records, types }),
      ...this.#counterFaults(records),
    ];
  }

  async records(): Promise<readonly ResourceRecord[]> {
    return this.house.ledger.views.records({ limit: 1_000 });
  }

  async types(): Promise<readonly TypeRecord[]> {
    return this.house.ledger.configs.types();
  }

  close(): Promise<void> {
    return this.house.ledger.close();
  }

  /** What the counters were before is not held against them any more. */
  forgetCounters(): void {
    this.#counters.clear();
  }

  /** A token or cycle that came back would let an overtaken run write. */
  #counterFaults(records: readonly ResourceRecord[]): string[] {
    return records.flatMap(({ name, work }) => {
      if (work === null) return [];
      const seen = this.#counters.get(name) ?? { token: 0, cycle: 0 };
      this.#counters.set(name, { token: work.token, cycle: work.cycle });
      return work.token < seen.token || work.cycle < seen.cycle
        ? [`${name} went back to an old token or cycle`]
        : [];
    });
  }
}
