import type { Lease } from '../../../client/lease.ts';
import { ERRORS, MasonError } from '../../../errors.ts';
import { ownerOfLease } from '../../../client/recall.ts';
import { reasonOf } from '../../../mason/reasonOf.ts';
import { systemSignals, type EndingSignal } from '../../../runtime/processSignals.ts';
import { systemRandom } from '../../../runtime/random.ts';
import type { Io } from '../../io.ts';
import { urlFlag } from '../../urlFlag.ts';
import { describeLease, lease, type LeaseOrder } from '../acquire.ts';
import type { Connection } from '../connection.ts';
import { exitCodeOf } from '../interruptible.ts';
import { startChild } from './child.ts';
import { withDataFile } from './dataFile.ts';
import { findProgram } from './findProgram.ts';
import { dataVariables, withoutData } from './variables.ts';

export interface RunOrder extends LeaseOrder {
  readonly command: readonly string[];
  /** Milliseconds between signs of life. */
  readonly interval: number;
  /** What becomes of the command when its resource is lost. */
  readonly onLost: 'end' | 'tell';
  /** Nothing but what goes wrong is told. */
  readonly quiet: boolean;
}

/**
 * Runs a command with a resource that is its own meanwhile: acquires, gives signs of life, releases as dirty whatever happens.
 * @returns the command's exit code; that of a signal that came before it began; that of LEASE_LOST if it was ended for that
 * @throws MasonError from acquiring alone
 */
export async function run(io: Io, connection: Connection, order: RunOrder): Promise<number> {
  await findProgram(order.command[0] ?? '', io);
  const signals = hearSignals();
  try {
    const owner = ownerOfLease(connection.owner, systemRandom.uuid());
    const got = await lease(io, connection, { ...order, owner, signal: signals.waiting });
    if (!order.quiet) io.err(`mason: ${describeLease(got)}\n`);
    return await use(io, { connection, order, signals }, got);
  } catch (error) {
    if (signals.first() !== null && error === signals.waiting.reason)
      return exitCodeOf(signals.first() ?? 'SIGINT');
    throw error;
  } finally {
    signals.close();
  }
}

interface RunParts {
  readonly connection: Connection;
  readonly order: RunOrder;
  readonly signals: RunSignals;
}

async function use(io: Io, { connection, order, signals }: RunParts, got: Lease): Promise<number> {
  const { client } = connection;
  let end = (): void => undefined;
  const beat = client.heartbeat(got, {
    interval: order.interval,
    onMissed: (error) => io.err(`mason: no sign of life could be sent: ${reasonOf(error)}\n`),
    onLost(error) {
      const next = order.onLost === 'end' ? 'the command is told to end' : 'the command goes on all the same';
      io.err(`mason: the lease is lost: ${error.message}; ${next}\n`);
      if (order.onLost === 'end') end();
    },
  });
  const isOver = (): boolean => beat.lost.aborted && order.onLost === 'end';
  try {
    const code = await withDataFile(got.userData, async (path) => {
      const environment = environmentOf(io, { connection, got, path });
      // One that came after the acquire, when there was nobody yet to pass it to.
      signals.waiting.throwIfAborted();
      const child = startChild(order.command, { environment, directory: io.directory });
      end = () => child.end();
      signals.passTo((signal) => child.pass(signal));
      return child.ended;
    });
    return isOver() ? ERRORS.LEASE_LOST.exit : code;
  } finally {
    // From here on a signal ends the tries to reach a server that isn't there.
    const impatience = new AbortController();
    signals.passTo(() => impatience.abort(new Error('ended by a signal')));
    try {
      await beat.stop();
    } finally {
      await giveBack(io, { connection, order, signal: impatience.signal }, got);
    }
  }
}

/** Never rejects: what the command has done is done. */
async function giveBack(
  io: Io,
  { connection, order, signal }: Omit<RunParts, 'signals'> & { readonly signal: AbortSignal },
  got: Lease,
): Promise<void> {
  try {
    await connection.client.release(got, { signal });
    if (!order.quiet) io.err(`mason: ${got.name} is given back\n`);
  } catch (error) {
    // Whether that was known before or not: there is nothing left to give back.
    if (error instanceof MasonError && (error.code === 'LEASE_LOST' || error.code === 'NOT_FOUND'))
      io.err(`mason: ${error.message}\n`);
    else
      io.err(
        `mason: ${got.name} could not be given back (${reasonOf(error)}): it comes back when its lease expires, or by mason release ${got.name} --owner ${connection.owner}${urlFlag(connection.url)}\n`,
      );
  }
}

function environmentOf(
  io: Io,
  { connection, got, path }: { readonly connection: Connection; readonly got: Lease; readonly path: string },
): Record<string, string | undefined> {
  const { variables, leftOut } = dataVariables(got.userData);
  for (const reason of leftOut) io.err(`mason: of the user data, ${reason}: only MASON_DATA_FILE has it\n`);
  return {
    ...withoutData(io.environment),
    // For the mason commands in it.
    MASON_URL: connection.url,
    MASON_OWNER: connection.owner,
    MASON_RESOURCE_NAME: got.name,
    MASON_RESOURCE_TYPE: got.type,
    MASON_DATA_FILE: path,
    ...variables,
  };
}

interface RunSignals {
  /** Aborted by a signal that nobody is there to pass to. */
  readonly waiting: AbortSignal;
  readonly first: () => EndingSignal | null;
  passTo(listener: (signal: EndingSignal) => void): void;
  close(): void;
}

function hearSignals(): RunSignals {
  const waiting = new AbortController();
  let first: EndingSignal | null = null;
  let listener = (signal: EndingSignal): void => waiting.abort(new Error(`ended by ${signal}`));
  const close = systemSignals.hear((signal) => {
    first ??= signal;
    listener(signal);
  });
  return {
    waiting: waiting.signal,
    first: () => first,
    passTo(next) {
      listener = next;
    },
    close,
  };
}
