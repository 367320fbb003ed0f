import { randomUUID } from 'node:crypto';

import { request } from 'gaxios';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { openBoskosClient } from '../../../shared/boskos/http/client/openBoskosClient.ts';
import { openBoskosHttp } from '../../../shared/boskos/http/openBoskosHttp.ts';
import type { Boskos } from '../../../shared/boskos/port.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { serve, usersWithoutMason } from '../boskosWire/wire.ts';
import { GRACE_MS, openWorld, withComponents, type OpenLedger } from '../ledger/world.ts';
import { LEASE_EXPIRY_MS, type BoskosStage } from './boskosWorld.ts';

/** Mason with a ledger of its own, over HTTP to our own server, which knows nothing of Mason. */
export async function openHttpStage(open: OpenLedger, wrap: WrapClient = same): Promise<BoskosStage> {
  const [server, mason] = [await openWorld(open), await openWorld(open)];
  const users = usersWithoutMason(server.world.ledger, () => undefined);
  const { views } = server.world.ledger;
  const { base, close } = await serve(createBoskosHandler({ users, views, log: () => undefined }));
  const { ledger } = mason.world;
  const boskos = openBoskosOver(wrap(clientOf(base)), ledger);
  return {
    boskos,
    ledger,
    users,
    seen: views,
    async configure(...types) {
      await server.world.configure(...types.map(asPlainServer));
      await ledger.configs.store(withComponents(types));
    },
    advance(ms) {
      server.world.advance(ms);
      mason.world.advance(ms);
    },
    async close() {
      await close();
      await mason.close();
      await server.close();
    },
  };
}

/** What stands between Mason and the server. */
export type WrapClient = (client: BoskosClient) => BoskosClient;
export const same: WrapClient = (client) => client;

export const clientOf = (url: string): BoskosClient =>
  openBoskosClient({
    url,
    authorization: () => Promise.resolve(null),
    clock: systemClock,
    random: Math.random,
    request,
  });

export const openBoskosOver = (client: BoskosClient, ledger: Ledger, clock = systemClock): Boskos =>
  openBoskosHttp({
    ledger,
    client,
    clock,
    random: Math.random,
    log: () => undefined,
    installation: 'test',
    newName: randomUUID,
    graceMs: GRACE_MS,
    leaseExpiryMs: LEASE_EXPIRY_MS,
  });

/** As a server that builds nothing reads the config. */
const asPlainServer = (spec: TypeRecord): TypeRecord => ({ ...spec, managed: false });
