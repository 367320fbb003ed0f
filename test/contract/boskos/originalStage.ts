import { randomUUID } from 'node:crypto';

import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { openOriginalBoskos, type OriginalBoskos, type OriginalType } from '../../support/originalBoskos.ts';
import { openWorld, withComponents, type OpenLedger } from '../ledger/world.ts';
import type { BoskosStage, People } from './boskosWorld.ts';
import { clientOf, openBoskosOver, same, type WrapClient } from './httpStage.ts';

const START = Date.UTC(2026, 0, 1);

/** Mason with a ledger of its own, over HTTP to a strict model of the original server. */
export async function openOriginalStage(open: OpenLedger, wrap: WrapClient = same): Promise<BoskosStage> {
  let aheadMs = 0;
  const mason = await openWorld(open);
  const server = await openOriginalBoskos({
    types: [],
    now: () => START + aheadMs,
    newName: randomUUID,
    random: Math.random,
  });
  const client = clientOf(server.url);
  return {
    boskos: openBoskosOver(wrap(client), mason.world.ledger),
    ledger: mason.world.ledger,
    users: peopleOver(client, server),
    seen: {
      record: (name) => Promise.resolve(server.all().find((resource) => resource.name === name) ?? null),
      records: ({ type, state }) =>
        Promise.resolve(server.all().filter((one) => one.type === type && one.state === state)),
    },
    async configure(...types) {
      server.configure(types.map(asOriginal));
      await mason.world.ledger.configs.store(withComponents(types));
    },
    advance(ms) {
      aheadMs += ms;
      mason.world.advance(ms);
    },
    async close() {
      await server.close();
      await mason.close();
    },
  };
}

const asOriginal = ({ type, state, size }: TypeRecord): OriginalType =>
  size.kind === 'static'
    ? { type, state, names: size.names }
    : { type, state, minCount: size.min, maxCount: size.max };

/** Its users come by HTTP, too. */
function peopleOver(client: BoskosClient, server: OriginalBoskos): People {
  return {
    async acquire(asked) {
      const resource = await client.acquire(asked);
      return resource === null ? { kind: 'none' } : { kind: 'acquired', resource };
    },
    acquireByState: ({ names: [name = ''], ...asked }) => client.acquireByState({ ...asked, name }),
    release: (asked) => client.release(asked),
    update: (asked) => client.update(asked),
    reset: ({ type, state, ...how }) => Promise.resolve(server.reset(type, state, how)),
  };
}
