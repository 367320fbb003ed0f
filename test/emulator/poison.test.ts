import { AsyncLocalStorage } from 'node:async_hooks';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PubSub, v1 } from '@google-cloud/pubsub';
import { z } from 'zod';

import { createHandlers } from '../../functions/handlers.ts';
import { readDescription } from '../../shared/cloud/description.ts';
import { startEmulator, type Emulator } from '../../shared/cloud/emulators.ts';
import { provision } from '../../shared/cloud/provision.ts';
import type { ResourceRecord } from '../../shared/ledger/records.ts';
import { DEFAULT_TIMING } from '../../shared/mason/timing.ts';
import { constructed } from '../../shared/masonables/port.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../shared/runtime/compose.ts';
import { openLocalLedger } from '../../shared/runtime/composeLocal.ts';
import type { LogEntry } from '../../shared/runtime/log.ts';
import { systemRandom } from '../../shared/runtime/random.ts';
import { openPubSubTopics } from '../../shared/topics/pubsub/pubsubTopics.ts';
import { TOPICS, type Topic, type Topics } from '../../shared/topics/port.ts';
import { acquireOf, releaseOf } from '../contract/ledger/usersSteps.ts';
import { openWorld, physical, virtual, type World } from '../contract/ledger/world.ts';
import { checkInvariants } from '../support/invariants.ts';
import { openPushServer } from '../support/pushServer.ts';
import { until } from '../support/until.ts';
import { CASES, CREDENTIALS, KINDS, PRINTED, SECRET, WORKED, type Kind, type Poison } from './poisonKinds.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

const projectId = 'poison';
const MAX_DELIVERIES = 5;
interface Delivered {
  readonly topic: Topic;
  readonly id: string;
  readonly isDone: boolean;
}

const eventSchema = z.object({ id: z.string() });

let emulator: Emulator | undefined;
let world: World;
let topics: Topics;
let admin: PubSub;
let puller: v1.SubscriberClient;
/** The id of the message that is being handled. */
const handling = new AsyncLocalStorage<string>();
const log: { readonly id: string | undefined; readonly entry: LogEntry }[] = [];
const errors: string[] = [];
const deliveries: Delivered[] = [];
const closers: (() => Promise<unknown>)[] = [];
/** `topic/kind` → the message's id. */
const sent = new Map<string, string>();
let before: readonly ResourceRecord[];
const deadLetters = new Map<Topic, Poison[]>();

const description = readDescription();
const nameOf = (topic: Topic): string => description.topics[topic].topic;

beforeAll(async () => {
  emulator = await startEmulator('pubsub', { projectId });
  process.env['PUBSUB_EMULATOR_HOST'] = emulator.host;
  // functions-framework writes there what a function rejects with.
  jest
    .spyOn(console, 'error')
    .mockImplementation((...parts) => void errors.push(parts.map(String).join(' ')));
  await openMason();
  await bringGood();
  before = await bystanders();
  for (const [topic, kind] of CASES) await poison(topic, kind);
  // Whoever comes after them is served while those that will be dead letters are still being tried.
  await sendGood();
  await until(async () => (await goodOnes()).every(({ state }) => state === 'free'));
  await until(
    async () => {
      for (const topic of TOPICS.filter((one) => missing(one).length > 0)) await collectDeadLetters(topic);
      return TOPICS.every((topic) => missing(topic).length === 0);
    },
    () => `dead letters that are missing: ${TOPICS.flatMap(missing).join(', ')}`,
  );
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await emulator?.stop();
  jest.restoreAllMocks();
});

async function openMason(): Promise<void> {
  const opened = await openWorld(async (clock) =>
    openLocalLedger(':memory:', { clock: { ...systemClock, now: () => clock.now() }, random: systemRandom }),
  );
  ({ world } = opened);
  const server = await openPushServer((topic) => `projects/${projectId}/topics/${nameOf(topic)}`, 'eventarc');
  const overrides = { maxDeliveryAttempts: MAX_DELIVERIES };
  await provision({ projectId, description, endpointOf: (topic) => server.endpointOf(topic), overrides });
  admin = new PubSub({ projectId });
  // The low-level client knows no emulator by itself. Its type is the same but for undefined properties.
  puller = new v1.SubscriberClient((await admin.getClientConfig()) as PullerOptions);
  const published = openPubSubTopics({ projectId, topicOf: nameOf });
  topics = published;
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Noop', {
    content: z.unknown(),
    convert: () => ({ construct: async () => constructed({ password: CREDENTIALS }) }),
  });
  const handlers = createHandlers(
    composeMason({
      ledger: world.ledger,
      topics,
      registry,
      config: { read: () => Promise.reject(new Error('nobody asks for it')) },
      timing: DEFAULT_TIMING,
      clock: systemClock,
      random: systemRandom,
      log: (entry) => void log.push({ id: handling.getStore(), entry }),
      installation: 'poison',
      leaseExpiryMs: 3_600_000,
      requestTtlMs: 30_000,
    }),
  );
  for (const topic of TOPICS) await server.handle(topic, noting(topic, handlers[topic]));
  closers.push(
    opened.close,
    () => admin.close(),
    () => puller.close(),
    () => published.close(),
    () => server.close(),
    () =>
      Promise.all(TOPICS.map((topic) => admin.subscription(description.topics[topic].subscription).delete())),
  );
}

const noting =
  (topic: Topic, handle: (event: unknown) => Promise<void>) =>
  async (event: unknown): Promise<void> => {
    const { id } = eventSchema.parse(event);
    try {
      await handling.run(id, () => handle(event));
      deliveries.push({ topic, id, isDone: true });
    } catch (error) {
      deliveries.push({ topic, id, isDone: false });
      throw error;
    }
  };

/** One good resource that is due for each topic, and what poison may name. */
async function bringGood(): Promise<void> {
  const needs = { project: 1 };
  await world.configure(
    physical('project', 12),
    physical('dirt', ['good-janitor']),
    physical('thing', ['physical']),
    virtual('cluster', ['whole', 'taken', ...WORKED.slice(0, 4).map((topic) => `good-${topic}`)], { needs }),
    virtual('spare', ['spare'], { needs }),
  );
  for (const name of ['whole', 'taken', 'spare']) await world.bring(name, 'done');
  await acquireOf(world, 'cluster', { name: 'taken' });
  const userData = { password: CREDENTIALS };
  await world.ledger.users.update({ name: 'taken', state: 'busy', owner: 'alice', userData });
  // A cycle that is over by now.
  await world.ledger.pools.takeNamed('whole', await world.now(), world.order());
  await world.bring('whole', 'done');
  await acquireOf(world, 'dirt', { name: 'good-janitor' });
  await releaseOf(world, 'good-janitor', 'dirty');
  await world.ledger.pools.takeForJanitor({ type: 'dirt', limit: 1, ...world.order() });
  for (const topic of ['recycle', 'fulfill', 'clean', 'free'] as const)
    await world.bring(`good-${topic}`, topic);
}

const goodOnes = async (): Promise<readonly ResourceRecord[]> =>
  Promise.all(WORKED.map((topic) => world.record(`good-${topic}`)));

/** All that poison could name or need, but nothing that a good message moves. */
const bystanders = async (): Promise<readonly ResourceRecord[]> =>
  (await world.records()).filter(({ type, name }) => type !== 'project' && !name.startsWith('good-'));

async function poison(topic: Topic, { name, make }: Kind): Promise<void> {
  sent.set(`${topic}/${name}`, await admin.topic(nameOf(topic)).publishMessage(make(topic)));
}

const sendGood = (): Promise<void> =>
  topics.publish(
    WORKED.map((topic) => ({
      topic,
      data: `good-${topic}`,
      attributes: { type: topic === 'janitor' ? 'dirt' : 'cluster', cycle: '1', phase: topic },
    })),
  );

type PullerOptions = NonNullable<ConstructorParameters<typeof v1.SubscriberClient>[0]>;

/** Of what was sent to it, what has neither been acknowledged nor come to its dead-letter topic. */
const missing = (topic: Topic): readonly string[] =>
  [...sent]
    .filter(([key, id]) => topicOf(key) === topic && !isDropped(id) && !isDead(key))
    .map(([key]) => key);

/** What nobody has pulled before. */
async function collectDeadLetters(topic: Topic): Promise<void> {
  const { deadLetterSubscription } = description.topics[topic];
  const subscription = `projects/${projectId}/subscriptions/${deadLetterSubscription}`;
  const [{ receivedMessages }] = await puller.pull({
    subscription,
    maxMessages: 100,
    returnImmediately: true,
  });
  const found = (receivedMessages ?? []).map(({ message }) => ({
    data: Buffer.from(message?.data ?? ''),
    attributes: message?.attributes ?? {},
  }));
  deadLetters.set(topic, [...(deadLetters.get(topic) ?? []), ...found]);
}

const isDropped = (id: string): boolean => deliveries.some((one) => one.id === id && one.isDone);
/** A dead letter has an id of its own, and attributes beside those that it had. */
function isDead(key: string): boolean {
  const kind = KINDS.find(({ name }) => key.endsWith(`/${name}`));
  const topic = topicOf(key);
  const { data, attributes } = kind?.make(topic) ?? { data: Buffer.alloc(0), attributes: {} };
  return (deadLetters.get(topic) ?? []).some(
    (letter) =>
      letter.data.equals(data) &&
      Object.entries(attributes).every(([name, value]) => letter.attributes[name] === value),
  );
}
const topicOf = (key: string): Topic => TOPICS.find((topic) => key.startsWith(`${topic}/`)) ?? 'sync';

const entriesOf = (id: string): readonly LogEntry[] =>
  log.filter((line) => line.id === id).map(({ entry }) => entry);

test.each(CASES.map(([topic, kind]) => ({ ...kind, topic })))('$name to $topic', ({ name, fate, topic }) => {
  const key = `${topic}/${name}`;
  const id = sent.get(key) ?? '';
  const met = { isDropped: isDropped(id), isDead: isDead(key), said: entriesOf(id) };
  const due = fate(topic);
  if (due === 'dead') expect(met).toEqual({ isDropped: false, isDead: true, said: [] });
  else expect(met).toEqual({ isDropped: true, isDead: false, said: [expect.objectContaining(due)] });
});

const REASON = /MasonError: (not an event of a Pub\/Sub message|neither a bare name nor one)/;

test('a dead letter was tried five times, and each time its reason was written down', () => {
  const ids = [...sent].filter(([key]) => isDead(key)).map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) expect(deliveries.filter((one) => one.id === id)).toHaveLength(MAX_DELIVERIES);
  expect(errors.filter((error) => REASON.test(error))).toHaveLength(MAX_DELIVERIES * ids.length);
});

test('no line shows more of a message than a short print, nor what a user has', () => {
  const lines = log.map(({ entry }) => JSON.stringify(entry));
  for (const line of [...lines, ...errors]) {
    expect(line).not.toContain(SECRET);
    expect(line).not.toContain(CREDENTIALS);
  }
  for (const line of lines) expect(line.length).toBeLessThan(PRINTED + 300);
});

test('the good messages after them were handled, and nothing else has changed', async () => {
  expect((await goodOnes()).map(({ state, work }) => [state, work?.cycle])).toEqual(
    WORKED.map(() => ['free', 1]),
  );
  expect(await bystanders()).toEqual(before);
  expect(checkInvariants(await world.records(), await world.ledger.configs.types())).toEqual([]);
});
