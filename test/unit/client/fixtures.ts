import { MasonClient } from '../../../shared/client/masonClient.ts';
import type { MasonClientOptions } from '../../../shared/client/options.ts';
import type { EndingSignal, ProcessSignals } from '../../../shared/runtime/processSignals.ts';
import { createWorldClock, type WorldClock } from '../../support/worldClock.ts';

/** A call as the server sees it. */
export interface Seen {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly authorization: string | null;
  /** Aborted when the client gives this attempt up. */
  readonly signal: AbortSignal | null;
}

export interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the server says to a call; an Error: it never gets there, or its answer is lost. */
export type Server = (call: Seen) => Reply | Error | Promise<Reply>;

export interface Play {
  readonly client: MasonClient;
  readonly clock: WorldClock;
  readonly calls: Seen[];
  readonly signals: TestSignals;
  /** `PATH NAME DEST` of what was asked for. */
  readonly lines: () => string[];
  /** Lets time pass, and everything happen that happens in it. */
  readonly pass: (ms: number) => Promise<void>;
}

/** A client on a server that does as the test says, with a time that passes as the test says. */
export function play(server: Server, options: Partial<MasonClientOptions> = {}, random = 0.5): Play {
  const clock = createWorldClock();
  const calls: Seen[] = [];
  const signals = createSignals();
  const request: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const call: Seen = {
      at: clock.monotonic(),
      method: init?.method ?? 'GET',
      path: url.pathname,
      parameters: Object.fromEntries(url.searchParams),
      authorization: new Headers(init?.headers).get('authorization'),
      signal: init?.signal ?? null,
    };
    calls.push(call);
    const reply = await server(call);
    if (reply instanceof Error) throw reply;
    return new Response(reply.body ?? null, { status: reply.status, headers: { ...reply.headers } });
  };
  let ids = 0;
  const client = new MasonClient(
    { url: 'http://boskos.example', owner: 'alice', ...options },
    {
      clock,
      random: () => random,
      newId: () => `id-${(ids += 1)}`,
      fetch: request,
      signals: signals.signals,
    },
  );
  return {
    client,
    clock,
    calls,
    signals,
    lines: () =>
      calls.map(({ path, parameters: { name, names, type, dest, state } }) =>
        [path, name ?? names ?? type, dest ?? state].join(' ').trim(),
      ),
    pass: (ms) => clock.advance(ms, settle),
  };
}

/** A response is read over several turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise(setImmediate);
}

export interface TestSignals {
  readonly signals: ProcessSignals;
  readonly send: (signal: EndingSignal) => void;
  readonly listeners: () => number;
  readonly raised: EndingSignal[];
}

function createSignals(): TestSignals {
  const listeners = new Set<(signal: EndingSignal) => void>();
  const raised: EndingSignal[] = [];
  return {
    signals: {
      hear(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      raise: (signal) => void raised.push(signal),
    },
    send: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    listeners: () => listeners.size,
    raised,
  };
}

export const OK: Reply = { status: 200 };
export const NONE: Reply = {
  status: 404,
  body: 'Acquire failed: no available resource x, try again later.\n',
};
export const NOT_OURS: Reply = {
  status: 401,
  body: 'Done failed: x - y (from alice): owner mismatch request by alice, currently owned by \n',
};
export const BUSY: Reply = { status: 503, body: 'the ledger can not be reached, or is busy\n' };

/** What fetch throws. */
export const failed = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(''), { code }) });
export const REFUSED = failed('ECONNREFUSED');
export const BROKEN = failed('ECONNRESET');

export const resource = (name: string, userdata: Record<string, string> = {}): string =>
  JSON.stringify({ type: name.replace(/-\d+$/, ''), name, state: 'busy', owner: 'alice', userdata });
/** A cluster that is made of two. */
export const CLUSTER: Reply = {
  status: 200,
  body: resource('cluster-1', { leasedResources: '- project-1\n- host-1\n' }),
};

/** Says yes to everything, as a server that has one cluster. */
export const goodServer: Server = ({ path, parameters }) => {
  if (path === '/acquire') return CLUSTER;
  if (path === '/acquirebystate') return { status: 200, body: `[${resource(parameters['names'] ?? '')}]` };
  return OK;
};
