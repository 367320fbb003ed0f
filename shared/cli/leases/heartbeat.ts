import type { Held } from '../../client/lease.ts';
import type { MasonError } from '../../errors.ts';
import { tame } from '../../local/view/cells.ts';
import { reasonOf } from '../../mason/reasonOf.ts';
import type { Io } from '../io.ts';
import type { Connection } from './connection.ts';

interface HeartbeatOrder {
  readonly names: readonly string[];
  /** Where the server doesn't tell it. */
  readonly state?: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * Keeps what was acquired until a signal ends it.
 * @throws MasonError LEASE_LOST as soon as one of them is lost; the signal's reason
 */
export async function keep(io: Io, { client }: Connection, order: HeartbeatOrder): Promise<never> {
  const { signal, interval } = order;
  const held = await Promise.all(order.names.map((name) => client.find(name, { signal })));
  // A question on its way is waited for, and an abort that came meanwhile is told to no listener.
  signal.throwIfAborted();
  const end = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => {
    end.reject(signal.reason as Error);
  });
  const beats = held.map((one) => {
    const tell = teller(io, order, one);
    return client.heartbeat(order.state === undefined ? one : { ...one, state: order.state }, {
      interval,
      atOnce: true,
      onBeat: () => tell({ event: 'beat' }),
      onMissed: (error) => tell({ event: 'missed', message: reasonOf(error) }),
      onLost: (error: MasonError) => {
        if (order.json) tell({ event: 'lost', message: error.message });
        end.reject(error);
      },
    });
  });
  try {
    return await end.promise;
  } finally {
    await Promise.all(beats.map((beat) => beat.stop()));
  }
}

interface Told {
  readonly event: 'beat' | 'missed' | 'lost';
  readonly message?: string;
}

/** To people the first sign of life is told, and what goes wrong; to programs everything. */
function teller(io: Io, { json }: HeartbeatOrder, held: Held): (told: Told) => void {
  const names = [held.name, ...held.leased.map(({ name }) => name)];
  let isFirst = true;
  return (told) => {
    if (json) io.out(`${JSON.stringify({ at: new Date(io.now()).toISOString(), ...told, names })}\n`);
    else if (told.event === 'missed')
      io.err(`mason: no sign of life for ${names.join(', ')} could be sent: ${told.message ?? ''}\n`);
    else if (isFirst) {
      isFirst = false;
      io.out(`${tame(names.join(', '))}: kept until Ctrl-C\n`);
    }
  };
}
