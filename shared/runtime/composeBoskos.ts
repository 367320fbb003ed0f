import type { Readable } from 'node:stream';

import type { Boskos } from '../boskos/port.ts';
import type { Ledger } from '../ledger/port.ts';
import { bodyAsStream } from './bodyAsStream.ts';
import type { BoskosPlace } from './boskosPlace.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

// Apart from compose.ts, so that a Mason on its own ledger does not load it.

/** What Mason puts together before it has a Boskos. */
export interface BoskosNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly installation: string;
  readonly newName: () => string;
  readonly graceMs: number;
  readonly leaseExpiryMs: number;
  readonly reapStates?: readonly string[] | undefined;
}
export type OpenBoskos = (needs: BoskosNeeds) => Boskos;

/**
 * An existing server instead of the ranch.
 * @throws MasonError ENVIRONMENT_INVALID for a URL or a user that can't be
 */
export async function openBoskosServer({ url, auth }: BoskosPlace): Promise<OpenBoskos> {
  const [{ openBoskosHttp }, { openBoskosClient }, { request }] = await Promise.all([
    import('../boskos/http/openBoskosHttp.ts'),
    import('../boskos/http/client/openBoskosClient.ts'),
    import('gaxios'),
  ]);
  const authorization = await openAuthorization({ url, auth });
  return (needs) => {
    const random = (): number => needs.random.number();
    const client = openBoskosClient({
      url,
      authorization,
      clock: needs.clock,
      random,
      request: (options) => request<Readable>({ ...options, adapter: bodyAsStream }),
    });
    return openBoskosHttp({ ...needs, client, random });
  };
}

async function openAuthorization({ url, auth }: BoskosPlace): Promise<() => Promise<string | null>> {
  const { basicAuthorization, idTokenAuthorization, noAuthorization } =
    await import('../boskos/http/client/authorization.ts');
  switch (auth.kind) {
    case 'none':
      return noAuthorization;
    case 'basic':
      return basicAuthorization(auth);
    case 'idToken':
      return idTokenAuthorization(new URL(url).origin);
  }
}
