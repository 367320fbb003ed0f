// Loaded by the functions' processes through MASON_MASONABLES: makes nothing, in no time.

import { z } from 'zod';

export function register(/** @type {import('../../shared/masonables/registry.ts').Registry} */ registry) {
  registry.registerConfigConverter('Instant', {
    content: z.strictObject({}),
    convert: () => ({
      construct: async (resource, leased, { cycle }) => ({
        done: true,
        userData: { builtFor: `${resource.name} ${cycle}`, of: Object.keys(leased).sort().join(' ') },
      }),
      destroy: async () => ({ done: true }),
    }),
  });
}
