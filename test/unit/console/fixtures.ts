import { createConsoleHandler } from '../../../functions/console/console.ts';
import type { ConsoleParts, ConsoleSettings } from '../../../functions/console/parts.ts';
import type { HttpAnswer, HttpHandler } from '../../../shared/http/handler.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import type { OutgoingMessage } from '../../../shared/topics/port.ts';
import { breakOne } from '../../browser/scene.ts';
import { openWorld, physical, virtual, type World } from '../../contract/ledger/world.ts';

export const TOKEN = '0123456789abcdef0123456789abcdef';

/** Two clusters, of which c-1 is in quarantine, and two projects. */
export interface ConsoleStage {
  readonly world: World;
  readonly published: OutgoingMessage[];
  /** `event: message` */
  readonly logged: string[];
  /** What has passed on the console's clock, in ms. */
  elapsedMs: number;
  readonly consoleOf: (settings?: Partial<ConsoleSettings>, change?: Partial<ConsoleParts>) => HttpHandler;
  /** One whose ledger is another. */
  readonly consoleOn: (ledger: World['ledger']) => HttpHandler;
  readonly close: () => Promise<void>;
}

export async function openConsoleStage(): Promise<ConsoleStage> {
  const { world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  );
  await world.configure(
    virtual('cluster', ['c-1', 'c-2'], { needs: { project: 1 } }),
    physical('project', ['p-1', 'p-2']),
  );
  await breakOne(world, 'c-1', 'no disk');
  const published: OutgoingMessage[] = [];
  const logged: string[] = [];
  const log: ConsoleParts['mason']['log'] = ({ event, message }) => void logged.push(`${event}: ${message}`);
  const masonOn = (ledger: World['ledger']): ConsoleParts['mason'] =>
    composeMason({
      ...{ clock: systemClock, random: systemRandom, log, ledger },
      topics: { publish: async (messages) => void published.push(...messages) },
      registry: openRegistry({ commands: false }),
      config: { read: () => Promise.reject(new Error('nothing reads a config here')) },
      timing: DEFAULT_TIMING,
      installation: 'test',
      leaseExpiryMs: 1_800_000,
      requestTtlMs: 30_000,
    });
  const stage: ConsoleStage = {
    ...{ world, published, logged, close, elapsedMs: 0 },
    consoleOf: (settings = {}, change = {}) =>
      createConsoleHandler({
        mason: masonOn(world.ledger),
        settings: { title: 'test', actions: true, userData: true, refreshMs: 10_000, ...settings },
        clock: { now: () => Date.now(), monotonic: () => stage.elapsedMs },
        newToken: () => TOKEN,
        graceMs: 60_000,
        callerOf: () => ({ email: 'alice@corp.example' }),
        deadLetters: null,
        ...change,
      }),
    consoleOn: (ledger) => stage.consoleOf({}, { mason: masonOn(ledger) }),
  };
  return stage;
}

export const get = (
  handle: HttpHandler,
  url: string,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> => {
  const [path = '', query = ''] = url.split('?');
  return handle({ method: 'GET', path, query, headers, body: new Uint8Array() });
};
export const jsonOf = ({ body }: HttpAnswer): unknown => JSON.parse(body);

/** What our own page sends with an order. */
export const OURS = {
  host: 'console.example',
  origin: 'https://console.example',
  cookie: `other=1; mason-console=${TOKEN}`,
  'mason-console-token': TOKEN,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
};
export const order = (
  handle: HttpHandler,
  body: unknown,
  headers: Record<string, string> = OURS,
): Promise<HttpAnswer> =>
  handle({
    method: 'POST',
    path: '/console/api/orders',
    query: '',
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
