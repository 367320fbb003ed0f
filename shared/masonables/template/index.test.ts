import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { masonableContract } from '../contract.ts';
import { templateConverter } from './index.ts';
import { memoryService } from './service.ts';

masonableContract(
  // A fresh world for each call.
  () => {
    const service = memoryService();
    return {
      masonable: templateConverter(service).convert({ size: 'small' }),
      resource: { type: 'environment', name: 'environment-1', userData: {} },
      leased: { disk: ['disk-1', 'disk-2'].map((name) => ({ type: 'disk', name, userData: {} })) },
      // The names of all that now exists outside for the resource.
      existing: async () => {
        const things = await service.list({ resource: 'environment-1' }, new AbortController().signal);
        return things.map(({ name }) => name);
      },
    };
  },
  // Its service is ready by being looked at. One that takes its time needs setTimeout of node:timers/promises here.
  { test, wait: () => nextTurn() },
);
