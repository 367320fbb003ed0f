import { expect, test } from '@jest/globals';

import { checkInvariants } from '../../support/invariants.ts';
import { openWorld, type OpenLedger, type World } from './world.ts';

export type InWorld = (what: string, body: (world: World) => Promise<void>) => void;

/** Declares tests that each get a ledger of their own, whose invariants must hold when they end. */
export function inWorldOf(open: OpenLedger): InWorld {
  return (what, body) => {
    test(what, async () => {
      const { world, close } = await openWorld(open);
      try {
        await body(world);
        expect(checkInvariants(await world.records(), await world.ledger.configs.types())).toEqual([]);
      } finally {
        await close();
      }
    });
  };
}
