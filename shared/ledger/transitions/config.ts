import { withWork, hasWork, isClaimed, type Moment } from './work.ts';
import type { ResourceRecord, WorkRecord } from '../records.ts';
import type { Pause, TypeRecord } from '../typeRecord.ts';

/**
 * A type that is no longer in the config, until its last member is gone. Nobody is left who could end a pause, and a
 * paused type would never be drained.
 */
export const asRemoved = (gone: TypeRecord): TypeRecord => ({
  ...gone,
  removed: true,
  component: null,
  settings: { ...gone.settings, paused: false },
  pause: null,
});

/** A new config says nothing of what a person has paused. */
export const keepingPause = (spec: TypeRecord, before: TypeRecord | null): TypeRecord => ({
  ...spec,
  pause: before?.pause ?? null,
});

/** @returns null: it is so already, or there is no such type in the config */
export function changePause(spec: TypeRecord | null, pause: Pause | null): TypeRecord | null {
  if (spec === null || spec.removed || (spec.pause === null) === (pause === null)) return null;
  return { ...spec, pause };
}

/**
 * One that waits for supply by an old config begins again, and must not wait until it is due by itself.
 * @returns null: it does not wait, is due already, or a run has it, which will see for itself
 */
export const dueAtOnce = (record: ResourceRecord, { at }: Moment): WorkRecord | null =>
  hasWork(record) &&
  record.work.queue !== null &&
  (record.work.dueAt ?? Infinity) > at &&
  !isClaimed(record, at)
    ? withWork(record, { dueAt: at })
    : null;
