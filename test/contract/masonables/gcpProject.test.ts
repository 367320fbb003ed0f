import { setImmediate as nextTurn } from 'node:timers/promises';

import { test } from '@jest/globals';

import { cleanerContract } from '../../../shared/masonables/cleanerContract.ts';
import { gcpProjectCleaner } from '../../../shared/masonables/gcp-project/gcpProject.ts';
import { FURNITURE, furnish, litter } from '../../support/gcp/litter.ts';
import { createStandIn } from '../../support/gcp/standIn.ts';

let now = Date.UTC(2026, 0, 1);

cleanerContract(
  () => {
    const standIn = createStandIn(() => now, ['project-1']);
    Object.assign(standIn.knobs, { clusterMs: 0, deleteMs: 20_000 });
    furnish(standIn, 'project-1');
    litter(standIn, 'project-1');
    const converter = gcpProjectCleaner({ request: standIn.request, now: () => now, random: () => 0.5 });
    return {
      cleaner: converter.convert(converter.content.parse({})),
      resource: { type: 'project', name: 'project-1', userData: {} },
      dirt: async () => standIn.standing('project-1').filter((path) => !FURNITURE.includes(path)),
    };
  },
  {
    test,
    wait: async (ms) => {
      now += ms;
      await nextTurn();
    },
  },
);
