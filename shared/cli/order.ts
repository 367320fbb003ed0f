import { MasonError } from '../errors.ts';
import { TASKS } from '../ledger/records.ts';
import { holdAnswer, pauseAnswer, publishAnswer, releaseAnswer, retryAnswer } from '../api/wire.ts';
import { tameLines } from '../local/view/cells.ts';
import type { Io } from './io.ts';
import { moment } from './moment.ts';
import type { ServerClient } from './serverClient.ts';

/** Publishes a bare name: an order to run this phase of this resource. */
export async function publish(
  io: Io,
  server: ServerClient,
  order: { readonly phase: string; readonly name: string; readonly json: boolean },
): Promise<void> {
  const { phase, name } = order;
  if (!TASKS.some((task) => task === phase)) {
    const message = `there is no phase ${JSON.stringify(phase)}: write one of ${TASKS.join(', ')}`;
    throw new MasonError('ENVIRONMENT_INVALID', message);
  }
  const answer = await server.post('/publish', { phase, name }, publishAnswer);
  if (order.json) io.out(`${JSON.stringify(answer)}\n`);
  else say(io, `${answer.heard ?? `${phase} was told of ${name}`}\nWhat comes of it: mason status ${name}\n`);
}

/** Takes a resource out of quarantine. */
export async function retry(
  io: Io,
  server: ServerClient,
  order: { readonly name: string; readonly json: boolean },
): Promise<void> {
  const answer = await server.post('/retry', { name: order.name }, retryAnswer);
  if (order.json) io.out(`${JSON.stringify(answer)}\n`);
  else {
    const next = answer.phase === null ? `is ${answer.state}` : `goes on with ${answer.phase}`;
    say(io, `${answer.name} is out of quarantine and ${next}\n`);
  }
}

/** Sets a free resource, or one in quarantine, aside for a while. */
export async function hold(
  io: Io,
  server: ServerClient,
  order: {
    readonly name: string;
    /** Milliseconds. */
    readonly forMs: number;
    readonly reason: string;
    readonly json: boolean;
  },
): Promise<void> {
  const { json, ...request } = order;
  const answer = await server.post('/hold', request, holdAnswer);
  if (json) io.out(`${JSON.stringify(answer)}\n`);
  else {
    const end = moment(answer.until, io.now());
    say(
      io,
      `${answer.name} is ${answer.state} until ${end}\nTo let it go before: mason unhold ${answer.name}\n`,
    );
  }
}

/** Ends a hold; one in quarantine gives its leases back. */
export async function unhold(
  io: Io,
  server: ServerClient,
  order: { readonly name: string; readonly to: 'free' | 'dirty'; readonly json: boolean },
): Promise<void> {
  const { name, to } = order;
  const answer = await server.post('/unhold', { name, to }, releaseAnswer);
  if (order.json) io.out(`${JSON.stringify(answer)}\n`);
  else {
    const leases = answer.returned.length === 0 ? '' : `; it gave back ${answer.returned.join(', ')}`;
    say(io, `${answer.name} is no longer held, and ${answer.state}${leases}\n`);
  }
}

/** Nothing is done any more with the members of a type. */
export async function pause(
  io: Io,
  server: ServerClient,
  { json, ...order }: { readonly type: string; readonly reason: string; readonly json: boolean },
): Promise<void> {
  const answer = await server.post('/pause', order, pauseAnswer);
  if (json) io.out(`${JSON.stringify(answer)}\n`);
  else
    say(
      io,
      `${answer.type} is paused: what is under way ends, nothing new begins. To end it: mason resume ${answer.type}\n`,
    );
}

/** Ends a pause. */
export async function resume(
  io: Io,
  server: ServerClient,
  { json, type }: { readonly type: string; readonly json: boolean },
): Promise<void> {
  const answer = await server.post('/resume', { type }, pauseAnswer);
  if (json) io.out(`${JSON.stringify(answer)}\n`);
  else say(io, `${answer.type} is no longer paused: it goes on within a minute\n`);
}

/** To people: it names what others named, and says what a Masonable said. */
function say(io: Io, text: string): void {
  io.out(tameLines(text));
}
