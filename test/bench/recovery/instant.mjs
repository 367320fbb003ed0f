// Loaded by the Mason that is killed, through MASON_MASONABLES: makes nothing, in no time.

import { z } from 'zod';

export function register(/** @type {import('../../../shared/masonables/registry.ts').Registry} */ registry) {
  registry.registerConfigConverter('Instant', {
    content: z.strictObject({}),
    convert: () => ({ construct: async () => ({ done: true, userData: {} }) }),
  });
}
