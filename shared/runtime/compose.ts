import type { Readable } from 'node:stream';

import { openRanch } from '../boskos/ranch/openRanch.ts';
import { ranchUsers } from '../boskos/ranch/ranchUsers.ts';
import type { Ledger } from '../ledger/port.ts';
import { fileSource } from '../config/file/fileSource.ts';
import { firestoreSource } from '../config/firestore/firestoreSource.ts';
import { httpsSource } from '../config/https/httpsSource.ts';
import type { HttpAnswer, HttpOptions, HttpRequest } from '../config/httpText.ts';
import type { ConfigLocation } from '../config/location.ts';
import type { ConfigSource } from '../config/source.ts';
import { STORAGE_SCOPE, storageSource } from '../config/storage/storageSource.ts';
import { createEngine } from '../mason/engine.ts';
import type { Mason } from '../mason/mason.ts';
import { createMasonry } from '../mason/masonry.ts';
import { createMatcher } from '../mason/matcher.ts';
import type { Timing } from '../mason/timing.ts';
import { createWaking } from '../mason/waking.ts';
import { commandCleaner, commandConverter } from '../masonables/command/command.ts';
import { gcpProjectCleaner } from '../masonables/gcp-project/gcpProject.ts';
import { gcpResourceConfigConverter } from '../masonables/gcp-resource-config/gcpResourceConfig.ts';
import { CLOUD_SCOPE, type GoogleRequest } from '../masonables/google/request.ts';
import { noneCleaner } from '../masonables/none/none.ts';
import { createRegistry, type Registry } from '../masonables/registry.ts';
import type { WebhookOptions, WebhookParts } from '../masonables/webhook/parts.ts';
import { webhookCleaner, webhookConverter } from '../masonables/webhook/webhook.ts';
import type { Topic, Topics } from '../topics/port.ts';
import type { PubSubTopics } from '../topics/pubsub/pubsubTopics.ts';
import { bodyAsStream } from './bodyAsStream.ts';
import { systemClock, type Clock } from './clock.ts';
import type { OpenBoskos } from './composeBoskos.ts';
import { idTokenFor } from './idToken.ts';
import type { Log } from './log.ts';
import { systemRandom, type Random } from './random.ts';
import { silentTracer, type Tracer } from './tracer.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface MasonOptions extends Surroundings {
  readonly ledger: Ledger;
  readonly topics: Topics;
  readonly registry: Registry;
  readonly config: ConfigSource;
  readonly timing: Timing;
  /** Default: one that records nothing. */
  readonly tracer?: Tracer;
  /** Names this Mason in the owners of its leases. */
  readonly installation: string;
  /** Milliseconds (see RanchOptions). */
  readonly leaseExpiryMs: number;
  /** See RanchOptions. */
  readonly reapStates?: readonly string[] | undefined;
  /** Milliseconds (see RanchUsersOptions). */
  readonly requestTtlMs: number;
  /** Whether what is given back is taken up at once (default); not where nobody works on it. */
  readonly takesUp?: boolean;
  /** Default: the ranch, on the ledger. */
  readonly openBoskos?: OpenBoskos | undefined;
}

/** Puts a Mason together from its adapters. */
export function composeMason(options: MasonOptions): Mason {
  const { ledger, topics, registry, timing, clock, random, log } = options;
  const newName = (): string => random.uuid();
  const { openBoskos = openRanch, installation, leaseExpiryMs, reapStates, takesUp = true } = options;
  const { graceMs } = timing;
  const reaping = { leaseExpiryMs, reapStates };
  const boskos = openBoskos({ ledger, newName, graceMs, installation, ...reaping, clock, random, log });
  const matcher = createMatcher({ ledger, boskos, log });
  const engine = createEngine({ ledger, boskos, topics, matcher, clock, random, log, timing });
  const waking = createWaking({ engine, matcher, boskos, clock, log, takesUp });
  const users = ranchUsers({
    ledger,
    newName,
    requestTtlMs: options.requestTtlMs,
    reservedAhead: (component, place) => matcher.reservedAhead(component, place),
    waking,
  });
  const known = {
    masonables: registry.masonableSchemas(),
    cleaners: registry.cleanerSchemas(),
    borrows: options.openBoskos !== undefined,
  };
  return {
    ledger,
    boskos,
    users,
    topics,
    engine,
    matcher,
    waking,
    masonry: createMasonry({ ledger, makers: registry }),
    config: options.config,
    known,
    log,
    tracer: options.tracer ?? silentTracer(random),
  };
}

/** @param commands whether `Command` is switched on: whoever writes the config can then run programs here */
export function openRegistry({ commands }: { readonly commands: boolean }): Registry {
  const registry = createRegistry();
  registry.registerCleaner('None', noneCleaner);
  registry.registerConfigConverter('GCPResourceConfig', gcpResourceConfigConverter(googleParts()));
  const webhook = webhookParts();
  registry.registerConfigConverter('Webhook', webhookConverter(webhook));
  registry.registerCleaner('Webhook', webhookCleaner(webhook));
  registry.registerCleaner('GCPProject', gcpProjectCleaner(googleParts()));
  if (commands) {
    registry.registerConfigConverter('Command', commandConverter());
    registry.registerCleaner('Command', commandCleaner());
  }
  return registry;
}

const googleParts = () => ({
  request: asCloudAccount(),
  now: () => systemClock.now(),
  random: () => systemRandom.number(),
});

function webhookParts(): WebhookParts {
  const tokens = new Map<string, () => Promise<string | null>>();
  return {
    request: unasked,
    idToken(audience) {
      const token = tokens.get(audience) ?? idTokenFor(audience);
      tokens.set(audience, token);
      return token();
    },
    variables: process.env,
    clock: systemClock,
    random: () => systemRandom.number(),
  };
}

/** Default of each: the project of the credentials, and its default database. */
export interface FirestorePlace {
  readonly projectId?: string;
  readonly databaseId?: string;
}

/** Loaded only now: what nobody uses is to cost no cold start. */
export async function openCloudLedger(
  place: FirestorePlace,
  { clock, random }: Pick<Surroundings, 'clock' | 'random'>,
): Promise<Ledger> {
  const { openFirestoreLedger } = await import('../ledger/firestore/openFirestoreLedger.ts');
  return openFirestoreLedger({ ...place, clock, random: () => random.number() });
}

/** Loaded only now, too. */
export async function openCloudTopics(place: {
  readonly projectId?: string;
  topicOf(topic: Topic): string;
}): Promise<PubSubTopics> {
  const { openPubSubTopics } = await import('../topics/pubsub/pubsubTopics.ts');
  return openPubSubTopics(place);
}

export const openFileSource = fileSource;

export interface ConfigParts {
  readonly clock: Clock;
  readonly firestore?: FirestorePlace;
}

/** The source of the config. A package that only one of them needs is loaded by the first read of that one. */
export function openConfigSource(
  location: ConfigLocation,
  { clock, firestore = {} }: ConfigParts,
): ConfigSource {
  switch (location.kind) {
    case 'file':
      return fileSource(location.path);
    case 'https':
      return httpsSource(location.url, { request: unasked });
    case 'storage':
      return storageSource(location, { request: asServiceAccount() });
    case 'firestore': {
      const client = once(async () => {
        const { Firestore } = await import('@google-cloud/firestore');
        return new Firestore({ ...firestore });
      });
      return firestoreSource(location.document, { client, clock });
    }
  }
}

/** Without credentials of its own. */
const unasked = async (options: HttpOptions | WebhookOptions): Promise<HttpAnswer> => {
  const { request } = await import('gaxios');
  return request<Readable>({ ...options, adapter: bodyAsStream });
};

function asServiceAccount(): HttpRequest {
  const client = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: [STORAGE_SCOPE] });
  });
  return async (options) => (await client()).request<Readable>(options);
}

function asCloudAccount(): GoogleRequest {
  const client = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: [CLOUD_SCOPE] });
  });
  return async (options) => (await client()).request<string>({ ...options, adapter: bodyAsStream });
}

/** Made at the first call; what failed is tried again at the next. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/**
 * The tracer of a deployed function. OpenTelemetry is loaded only if it is switched on: it costs a cold start 60 ms of
 * CPU.
 *
 * @param url where spans are sent to; null: it is off
 */
export async function openTracer(
  url: string | null,
  { serviceName, ...surroundings }: Surroundings & { readonly serviceName: string },
): Promise<Tracer> {
  if (url === null) return silentTracer(surroundings.random);
  const { otelTracer } = await import('./otel/otelTracer.ts');
  return otelTracer({ ...surroundings, url, serviceName });
}
