import { setImmediate as nextTurn } from 'node:timers/promises';

import { test } from '@jest/globals';

import { masonableContract } from '../../../shared/masonables/contract.ts';
import { templateConverter } from '../../../shared/masonables/template/index.ts';
import { memoryService } from '../../../shared/masonables/template/service.ts';

masonableContract(
  () => {
    const service = memoryService();
    return {
      masonable: templateConverter(service).convert({ size: 'small' }),
      resource: { type: 'environment', name: 'environment-1', userData: {} },
      leased: { disk: ['disk-1', 'disk-2'].map((name) => ({ type: 'disk', name, userData: {} })) },
      existing: async () => {
        const things = await service.list({ resource: 'environment-1' }, new AbortController().signal);
        return things.map(({ name }) => name);
      },
    };
  },
  // Its service is ready by being looked at, not by time.
  { test, wait: () => nextTurn() },
);
