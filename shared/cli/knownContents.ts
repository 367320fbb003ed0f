import type { KnownContents } from '../config/readConfig.ts';
import type { Registry } from '../masonables/registry.ts';
import type { Io } from './io.ts';

/** What a config may name in a process with this registry and environment. */
export const knownContents = (registry: Registry, { environment }: Pick<Io, 'environment'>) =>
  ({
    masonables: registry.masonableSchemas(),
    cleaners: registry.cleanerSchemas(),
    borrows: (environment['MASON_BOSKOS_URL'] ?? '') !== '',
  }) satisfies KnownContents;
