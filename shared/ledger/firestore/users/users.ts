import type { Users } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { acquire } from './acquire.ts';
import { acquireByState } from './acquireByState.ts';
import { forget } from './forget.ts';
import { metric } from './metric.ts';
import { release } from './release.ts';
import { reset } from './reset.ts';
import { update } from './update.ts';

export const users = (parts: LedgerParts): Users => ({
  acquire: (request) => acquire(parts, request),
  acquireByState: (request) => acquireByState(parts, request),
  release: (request) => release(parts, request),
  update: (request) => update(parts, request),
  reset: (request) => reset(parts, request),
  forget: (ageMs) => forget(parts, ageMs),
  metric: (type) => metric(parts, type),
});
