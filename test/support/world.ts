import { parse } from 'yaml';

import {
  LEASED_RESOURCES,
  type ResourceRecord,
  type Task,
  type WorkRecord,
} from '../../shared/ledger/records.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import type { BoskosUsers } from '../../shared/boskos/port.ts';
import { DEFAULT_TIMING, type Timing } from '../../shared/mason/timing.ts';
import { noneCleaner } from '../../shared/masonables/none/none.ts';
import { createRegistry, type Registry } from '../../shared/masonables/registry.ts';
import { openLocalLedger } from '../../shared/runtime/composeLocal.ts';
import type { LogEntry } from '../../shared/runtime/log.ts';
import type { Random } from '../../shared/runtime/random.ts';
import { EVERYTHING } from '../../shared/topics/message.ts';
import type { Topic } from '../../shared/topics/port.ts';
import { checkInvariants } from './invariants.ts';
import { createWorldClock, type WorldClock } from './worldClock.ts';
import { configOf, physical, virtual } from './worldConfig.ts';
import { Process, type Meddling } from './worldProcess.ts';
import { createWorldRandom } from './worldRandom.ts';
import { unrest, type Inventory } from './worldRules.ts';
import { Script } from './worldScript.ts';
import { eventOf, Wire, type Letter } from './worldWire.ts';

export interface WorldOptions {
  /** The config file's text. Default: four projects (`project-1` …) and two clusters that need one each. */
  readonly config?: string;
  readonly seed?: number;
  readonly timing?: Partial<Timing>;
  /** Milliseconds (default: 30 min). */
  readonly leaseExpiryMs?: number;
  /** Registers Masonables and cleaners beside `Scripted`. Called once for each process. */
  readonly register?: (registry: Registry) => void;
}

const MINUTE_MS = 60_000;
/** The Scheduler ticks a moment (ms) late, so that what was written at one tick to be due in a minute is due at the next. */
const LATENESS_MS = 1;
const REQUEST_TTL_MS = 30_000;

/** Calls that change nothing in the ledger. */
const READS = /^(views|topics)[.]|[.](types?|content|waiters|supply|metric)$/;

/** What a tick that finds nothing to do is answered with: no need to check the rules again. */
const NOTHING = ['[]', 'null', '{"made":[],"dropped":[],"doomed":[]}'];
const isNothing = (result: unknown): boolean => NOTHING.includes(JSON.stringify(result));

/** The functions that the Scheduler starts. */
const TICKED: readonly Topic[] = ['sync', 'janitor'];

/**
 * A whole Mason in memory, of which the test owns everything from outside: time, chance, the messages, what Masonables
 * do, what the config says, and when a process dies. The ledger (SQLite, `:memory:`), the engine, the functions and the
 * CloudEvents are the real ones; nothing of ours is mocked, nothing sleeps, and the same seed gives the same world.
 *
 *     const world = createWorld();                // time stands still, nothing has happened
 *     await world.tick();                         // the Scheduler's minute: sync and janitor, and all that follows
 *     const cluster = await world.acquire('cluster');
 *     await world.release(cluster.name, 'dirty'); // and it goes round
 *     await world.restore();                      // minutes pass until every pool is at rest at its size, or it throws
 *
 * - Time: `advance`, `minutes` (with the Scheduler's ticks). What waits for time waits until the test lets it pass.
 * - Messages: `say` (a person's bare name), `post` (anything), `deliver` (a raw event, whose rejection the test sees).
 *   `hold` keeps back what goes to a topic; `wire.fate` drops, doubles or holds single letters, `wire.order` reorders.
 * - Masonables: `script.construct`, `.destroy` and `.clean` are the test's functions; `script.calls` has what was asked.
 * - Config: `setConfig(configOf(physical('project', 4), virtual('cluster')))`, any text else. The next tick reads it.
 * - Failures: `meddle` sees each call on the ledger and the topics and may answer with a fault; `process.kill()`,
 *   `.pause()` and `.resume()`; `startProcess()` puts another one beside it, which gets the messages from then on.
 * - Rules: whatever the test does, the invariants hold after each call on the ledger, or the test fails (`watched`).
 * - Looking: `member`, `worked`, `members`, `only`, `states`, `inventory`, `unrest`, `log`, `said`.
 */
export class World {
  readonly clock: WorldClock = createWorldClock();
  readonly random: Random;
  readonly script = new Script();
  readonly log: LogEntry[] = [];
  /** Of the test itself, past all faults. */
  readonly ledger: Ledger;
  readonly wire: Wire;
  /** The names of all calls on ledger and topics so far: an index of it is a moment in the world's life. */
  readonly calls: string[] = [];
  meddle: Meddling = () => undefined;
  /** Whether the invariants are checked after each call on the ledger (see invariants.ts): `settle` throws if one breaks. */
  watched = true;
  /** The process that gets the messages. When it dies, another one starts. */
  process: Process;
  readonly #desk: Process;
  #configText: string;
  #broken: readonly string[] = [];
  readonly #options: WorldOptions;
  readonly #flights = new Map<Process, Set<Letter>>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#configText = options.config ?? configOf(physical('project', 4), virtual('cluster'));
    this.random = createWorldRandom(options.seed ?? 1);
    this.ledger = openLocalLedger(':memory:', {
      clock: this.clock,
      random: this.random,
      sharesCommits: false,
    });
    this.wire = new Wire(this.clock, (letter, event) => this.#handle(letter, event));
    this.process = this.startProcess();
    this.#desk = this.#start(() => undefined);
  }

  // ---- what the test lets happen

  /** Until nothing goes on any more without time. */
  async settle(): Promise<void> {
    await this.wire.settle();
    if (this.#broken.length > 0)
      throw new Error(`what must always hold is broken ${this.#broken.join('\n')}`);
  }

  /** What the Scheduler does each minute, and all that follows from it at once. No time passes. */
  async tick(): Promise<void> {
    this.wire.post(TICKED.map((topic) => ({ topic, data: EVERYTHING, attributes: {} })));
    await this.settle();
  }

  /** Time passes without the Scheduler: backoffs end, claims expire, timers fire. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms, () => this.settle());
  }

  /** Minutes pass, each with the Scheduler's tick at its end. */
  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      await this.advance(MINUTE_MS + LATENESS_MS);
      await this.tick();
    }
  }

  /**
   * Minutes pass until every pool is at rest at its size.
   * @param passOver what is no business of the system's, such as a state of a user's own
   * @throws after `limit` minutes, saying what is not at rest
   */
  async restore(limit = 90, passOver: (record: ResourceRecord) => boolean = () => false): Promise<void> {
    let lines: readonly string[] = [];
    for (let minute = 0; minute < limit; minute += 1) {
      await this.minutes(1);
      const { records, types } = await this.inventory();
      lines = unrest({ types, records }, passOver);
      if (lines.length === 0) return;
    }
    const errors = this.log.filter(({ severity }) => severity === 'ERROR').map(({ message }) => message);
    throw new Error([`not at rest after ${limit} minutes:`, ...lines, ...errors.slice(-5)].join('\n'));
  }

  setConfig(text: string): void {
    this.#configText = text;
  }

  /** Letters to these topics stay where they are, until `letGo`: so the test sees a resource before that phase. */
  hold(...topics: readonly Topic[]): void {
    this.wire.fate = ({ topic }) => (topics.includes(topic) ? 'hold' : 'deliver');
  }

  async letGo(): Promise<void> {
    this.wire.fate = () => 'deliver';
    await this.settle();
  }

  /** Another instance on the same ledger: it gets the messages from now on. The one before goes on with what it does. */
  startProcess(): Process {
    this.process = this.#start((call) => this.meddle(call));
    return this.process;
  }

  // ---- messages

  /**
   * A person's `gcloud pubsub topics publish mason-TOPIC --message=NAME`, a second after what happened last, and all
   * that follows from it.
   */
  async say(topic: Topic, name: string): Promise<void> {
    await this.advance(1000);
    await this.post(topic, name);
  }

  /** Publishes anything, and lets follow what follows. */
  async post(topic: Topic, data: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    this.wire.post([{ topic, data, attributes }]);
    await this.settle();
  }

  /** The system's own message, as a duplicate or a late one would come. */
  async postSystem(
    task: Task,
    { name, type, work }: WorkRecord,
    change: { cycle?: number; phase?: Task } = {},
  ): Promise<void> {
    const { cycle = work.cycle, phase = task } = change;
    await this.post(task, name, { type, cycle: String(cycle), phase });
  }

  /** Delivers a letter once more. */
  async redeliver(letter: Letter): Promise<void> {
    await this.deliver(letter.topic, eventOf(letter));
    await this.settle();
  }

  /** Calls the function as functions-framework would, with any event. Its rejection is the test's. */
  deliver(topic: Topic, event: unknown): Promise<void> {
    return this.process.handlers[topic](event);
  }

  // ---- users

  /** Served by a process of their own, which no fault touches: a user whose call fails calls again. */
  get users(): BoskosUsers {
    return this.#desk.mason.users;
  }

  /** A user takes a free one. @throws if there is none */
  async acquire(type: string, owner = 'alice'): Promise<ResourceRecord> {
    const acquired = await this.users.acquire({ type, state: 'free', dest: 'busy', owner, requestId: '' });
    if (acquired.kind !== 'acquired') throw new Error(`no ${type} is free: ${acquired.kind}`);
    return acquired.resource;
  }

  /** A user takes a free one that he knows by name. @throws if it isn't free */
  async acquireNamed(name: string, owner = 'alice'): Promise<ResourceRecord> {
    const taken = await this.users.acquireByState({ state: 'free', dest: 'busy', owner, names: [name] });
    if (taken?.[0] === undefined) throw new Error(`${name} is not free`);
    return taken[0];
  }

  /** A user takes what is parked for a virtual resource, as the original's client does after it took that one. */
  async acquireLeased(
    { name, userData }: ResourceRecord,
    owner = 'alice',
  ): Promise<readonly ResourceRecord[]> {
    const names = parse(userData[LEASED_RESOURCES] ?? '[]') as string[];
    const taken = await this.users.acquireByState({ state: name, dest: 'busy', owner, names });
    if (taken === null) throw new Error(`${names.join()} are not parked for ${name}`);
    return taken;
  }

  /** A user gives one back. @throws if it isn't his */
  async release(name: string, dest: string, owner = 'alice'): Promise<void> {
    const touched = await this.users.release({ name, dest, owner });
    if (touched.kind !== 'done') throw new Error(`${name} could not be released: ${touched.kind}`);
    await this.settle();
  }

  /** A user gives one back, and nobody can be woken: what Mason has work with is found by the next tick. @throws if it isn't his */
  async leave(name: string, dest: string, owner = 'alice'): Promise<void> {
    const touched = await this.ledger.users.release({ name, dest, owner });
    if (touched.kind !== 'done') throw new Error(`${name} could not be released: ${touched.kind}`);
  }

  // ---- looking

  /** @throws if there is none of that name */
  async member(name: string): Promise<ResourceRecord> {
    const record = await this.ledger.views.record(name);
    if (record === null) throw new Error(`there is no ${name}`);
    return record;
  }

  /** The member with Mason's part. @throws if Mason never worked on it */
  async worked(name: string): Promise<WorkRecord> {
    const record = await this.member(name);
    if (record.work === null) throw new Error(`Mason never worked on ${name}`);
    return { ...record, work: record.work };
  }

  async members(type: string): Promise<readonly ResourceRecord[]> {
    return (await this.inventory()).records.filter((record) => record.type === type);
  }

  /** The one member of a type that has one. */
  async only(type: string): Promise<WorkRecord> {
    const [first, ...others] = await this.members(type);
    if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} members of ${type}`);
    return this.worked(first.name);
  }

  /** State → members, those that are parked under a virtual resource's name as `parked`. */
  async states(type: string): Promise<Readonly<Record<string, number>>> {
    return (await this.ledger.views.pools()).find((pool) => pool.type === type)?.states ?? {};
  }

  async inventory(): Promise<Inventory> {
    const { configs, views } = this.ledger;
    const [types, records] = await Promise.all([configs.types(), views.records({ limit: 100_000 })]);
    return { types, records };
  }

  /** Why the pools are not at rest at their size; nothing if they are. */
  async unrest(): Promise<readonly string[]> {
    return unrest(await this.inventory());
  }

  /** What the log has of one event. */
  said(event: string): LogEntry[] {
    return this.log.filter((entry) => entry.event === event);
  }

  // ---- inside

  #start(meddle: Meddling): Process {
    const { clock, random } = this;
    return new Process(
      {
        clock,
        random,
        log: (entry) => void this.log.push(entry),
        ledger: this.ledger,
        topics: { publish: async (messages) => this.wire.post(messages) },
        registry: this.#registry(),
        config: { read: async () => ({ file: 'resources.yaml', text: this.#configText }) },
        timing: { ...DEFAULT_TIMING, ...this.#options.timing },
        installation: 'world',
        leaseExpiryMs: this.#options.leaseExpiryMs ?? 30 * MINUTE_MS,
        requestTtlMs: REQUEST_TTL_MS,
      },
      {
        meddle,
        count: (name) => this.calls.push(name) - 1,
        look: (name, result) => this.#look(name, result),
        onDeath: (dead) => {
          this.#bury(dead);
        },
      },
    );
  }

  async #look(call: string, result: unknown): Promise<void> {
    if (!this.watched || this.#broken.length > 0 || READS.test(call) || isNothing(result)) return;
    const { records, types } = await this.inventory();
    this.#broken = checkInvariants(records, types).map((fault) => `after ${call}: ${fault}`);
  }

  #registry() {
    const registry = createRegistry();
    registry.registerConfigConverter('Scripted', this.script.converter);
    registry.registerCleaner('Scripted', this.script.cleaner);
    registry.registerCleaner('None', noneCleaner);
    this.#options.register?.(registry);
    return registry;
  }

  async #handle(letter: Letter, event: unknown): Promise<void> {
    const { process } = this;
    const flights = this.#flights.get(process) ?? new Set();
    this.#flights.set(process, flights.add(letter));
    try {
      await process.handlers[letter.topic](event);
    } finally {
      flights.delete(letter);
    }
  }

  /** What the dead had not answered is delivered again, to the next. */
  #bury(dead: Process): void {
    for (const letter of this.#flights.get(dead) ?? []) this.wire.again(letter);
    this.#flights.delete(dead);
    if (this.process === dead) this.startProcess();
  }
}

export const createWorld = (options: WorldOptions = {}): World => new World(options);
