import { createHash } from 'node:crypto';
import type { ResourceConfig } from './schema.ts';

/**
 * The hash of what a member is built from: when it changes, members built before are stale and are built anew. Pool
 * sizes, lifespan and Mason's settings are no part of it, nor is the order of keys.
 * @returns 16 hexadecimal digits (64 bits of SHA-256)
 */
export function buildHash({ needs, config }: Pick<ResourceConfig, 'needs' | 'config'>): string {
  const sortedNeeds = Object.entries(needs).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = JSON.stringify([sortedNeeds, config && [config.type, config.content]]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}
