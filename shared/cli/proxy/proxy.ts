import { watchSignals } from '../../local/watchSignals.ts';
import type { Io } from '../io.ts';
import { createTokenSource, type TokenFlags } from './idToken.ts';
import { openProxy } from './openProxy.ts';
import { readTarget } from './target.ts';
import { tokenMeans } from './tokenMeans.ts';

export interface ProxyOrder extends TokenFlags {
  /** Of the server, as people write it. */
  readonly url: string;
  /** What the ID token is for; none: the URL. */
  readonly audience?: string;
  /** On 127.0.0.1; 0: any. */
  readonly port: number;
}

/**
 * Forwards what Boskos's own clients say on this machine to a server that wants an ID token, which they can't send.
 * Resolves when a signal has ended it.
 * @throws MasonError ENVIRONMENT_INVALID, TOKEN_UNAVAILABLE
 */
export async function proxy(io: Io, order: ProxyOrder): Promise<void> {
  const target = readTarget(order.url);
  const audience = order.audience ?? target.href.replace(/\/+$/, '');
  const token = createTokenSource({ ...order, audience }, { ...tokenMeans(io), now: io.now });
  // Whoever can't have one is told now, and not by each client's own words for a 502.
  await token();
  const signals = watchSignals();
  try {
    const server = await openProxy({ port: order.port, target, token, err: io.err });
    io.out(`${server.url} leads to ${target.href}, as you. Ctrl-C ends it.\n`);
    await signals.first;
    await server.close();
  } finally {
    signals.close();
  }
}
