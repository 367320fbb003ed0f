import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { MasonError } from '../../../shared/errors.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import type { Mason } from '../../../shared/mason/mason.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import type { Registry } from '../../../shared/masonables/registry.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { composeMason, type MasonOptions } from '../../../shared/runtime/compose.ts';
import type { Instance } from './instance.ts';
import type { Stage } from './stage.ts';
import { WorldFault } from './worldFault.ts';

type OpenBoskos = NonNullable<MasonOptions['openBoskos']>;

/** One Mason: all of its instances share a ledger, topics and a config. */
export interface House {
  readonly name: string;
  readonly ledger: Ledger;
  readonly leaseExpiryMs: number;
  readonly requestTtlMs: number;
  readonly configText: () => string;
  readonly registryFor: (instance: Instance) => Registry;
  /** Default: the ranch, on the ledger. */
  readonly openBoskosFor?: (instance: Instance) => OpenBoskos;
  /** Told whose call the ledger gets next, and then that it has it. */
  readonly onCall?: (caller: Instance | null) => void;
  /** Turns off what is to be shown to be needed (see mutations/). */
  readonly sabotage: Sabotage;
}

/** Seams at which a safety mechanism can be turned off, between an instance and what lies outside of it. */
export interface Sabotage {
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly options?: (options: MasonOptions) => MasonOptions;
  readonly mason?: (mason: Mason) => void;
  /** Over HTTP: the wire, and what else the adapter is made of. */
  readonly client?: (client: BoskosClient) => BoskosClient;
  readonly newOwnerName?: () => string;
}

/** Starts one instance more of the house. */
export const startIn = (stage: Stage, house: House): Instance =>
  stage.start(house.name, (instance, clock) => guardedMason(stage, house, { instance, clock }));

/** A Mason of production code, every call of which on what lies outside passes by the stage's traffic. */
function guardedMason(
  stage: Stage,
  house: House,
  { instance, clock }: { readonly instance: Instance; readonly clock: Clock },
): Mason {
  const { sabotage } = house;
  const options: MasonOptions = {
    clock,
    random: { number: () => stage.dice.number(), uuid: () => stage.dice.uuid() },
    log: ({ event, message }) => {
      stage.tell(`      ${instance.name} ${event}: ${message}`);
    },
    ledger: guardedLedger(stage, instance, {
      ledger: sabotage.ledger?.(house.ledger) ?? house.ledger,
      onCall: house.onCall ?? ignored,
    }),
    topics: {
      async publish(messages) {
        await stage.traffic.pass({
          name: 'topics.publish',
          args: messages.map(({ topic, data }) => `${topic} ${data}`),
          instance,
          apply: async () => {
            stage.post.publish(house.name, messages);
          },
          fault: () => new WorldFault('the topic is not there'),
        });
      },
    },
    registry: house.registryFor(instance),
    config: configOf(stage, house, instance),
    timing: DEFAULT_TIMING,
    installation: house.name,
    leaseExpiryMs: house.leaseExpiryMs,
    requestTtlMs: house.requestTtlMs,
    openBoskos: house.openBoskosFor?.(instance),
  };
  const mason = composeMason(sabotage.options?.(options) ?? options);
  sabotage.mason?.(mason);
  return mason;
}

function configOf(stage: Stage, house: House, instance: Instance): MasonOptions['config'] {
  return {
    async read() {
      const text = await stage.traffic.pass({
        name: 'config.read',
        args: [],
        instance,
        apply: async () => house.configText(),
        fault: () => new MasonError('CONFIG_UNREADABLE', 'the config is not there'),
      });
      return { file: 'resources.yaml', text: String(text) };
    },
  };
}

/** Every port of the ledger, also one that it gets later: what isn't guarded would never fail. */
function guardedLedger(
  stage: Stage,
  instance: Instance,
  { ledger, onCall }: { readonly ledger: Ledger; readonly onCall: (caller: Instance | null) => void },
): Ledger {
  const ports = Object.entries<unknown>({ ...ledger }).map(([name, port]) => [
    name,
    typeof port === 'object' ? guardedPort(stage, instance, { name, port: port as Port, onCall }) : close,
  ]);
  return Object.fromEntries(ports) as Ledger;
}

const ignored = (): void => undefined;

const close = (): Promise<void> => Promise.resolve();

type Port = Ledger[Exclude<keyof Ledger, 'close'>];

function guardedPort(
  stage: Stage,
  instance: Instance,
  {
    name,
    port,
    onCall,
  }: {
    readonly name: string;
    readonly port: Port;
    readonly onCall: (caller: Instance | null) => void;
  },
): Port {
  return new Proxy(port, {
    get(target, key) {
      const operation: unknown = Reflect.get(target, key);
      if (typeof operation !== 'function') return operation;
      const apply = async (args: readonly unknown[]): Promise<unknown> => {
        onCall(instance);
        const result: unknown = Reflect.apply(operation, target, args);
        onCall(null);
        return result;
      };
      const call = `${name}.${String(key)}`;
      const fault = (): Error =>
        new MasonError('LEDGER_UNAVAILABLE', `the ledger does not answer to ${call}`);
      return (...args: unknown[]) =>
        asksBack(args)
          ? apply(args)
          : stage.traffic.pass({ name: call, args, instance, apply: () => apply(args), fault });
    },
  });
}

/** It would hold up the stage, were it to stand still in the middle: the calls that it asks for meet their own fates. */
const asksBack = (args: readonly unknown[]): boolean => args.some((arg) => typeof arg === 'function');
