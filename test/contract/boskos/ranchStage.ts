import { randomUUID } from 'node:crypto';

import { openRanch } from '../../../shared/boskos/ranch/openRanch.ts';
import { GRACE_MS, openWorld, type OpenLedger } from '../ledger/world.ts';
import { usersWithoutMason } from '../boskosWire/wire.ts';
import { LEASE_EXPIRY_MS, type BoskosStage } from './boskosWorld.ts';

/** The ranch: users and Mason on one ledger. */
export async function openRanchStage(open: OpenLedger): Promise<BoskosStage> {
  const { world, close } = await openWorld(open);
  const { ledger } = world;
  const boskos = openRanch({
    ledger,
    installation: 'test',
    newName: randomUUID,
    graceMs: GRACE_MS,
    leaseExpiryMs: LEASE_EXPIRY_MS,
  });
  return {
    boskos,
    ledger,
    users: usersWithoutMason(ledger, () => undefined),
    seen: ledger.views,
    configure: (...types) => world.configure(...types),
    advance: (ms) => {
      world.advance(ms);
    },
    close,
  };
}
