import { isDeepStrictEqual } from 'node:util';

import { boundsOf, type TypeRecord } from '../ledger/typeRecord.ts';

/** What a type's new config says otherwise, in a few words each. */
export function changesOf(before: TypeRecord | null, after: TypeRecord): readonly string[] {
  if (after.removed) return before?.removed === true ? [] : ['removed'];
  if (before === null || before.removed) return ['new'];
  const isOther = (of: (spec: TypeRecord) => unknown): boolean => !isDeepStrictEqual(of(before), of(after));
  return [
    ...(isOther(({ managed }) => managed) ? [after.managed ? 'now virtual' : 'now physical'] : []),
    ...sizeChange(before, after),
    ...(isOther(({ needs }) => needs) ? [`needs ${needsOf(before)} → ${needsOf(after)}`] : []),
    ...(isOther(({ config }) => config) ? ['what it is built by'] : []),
    ...(isOther(({ state }) => state) ? [`state of new members ${before.state} → ${after.state}`] : []),
    ...(isOther(({ lifespanMs }) => lifespanMs) ? ['lifespan'] : []),
    ...changedSettings(before, after),
  ];
}

function sizeChange(before: TypeRecord, after: TypeRecord): string[] {
  if (isDeepStrictEqual(before.size, after.size)) return [];
  const [was, is] = [sizeOf(before), sizeOf(after)];
  return [was === is ? 'names' : `size ${was} → ${is}`];
}

function sizeOf(spec: TypeRecord): string {
  const { min, max } = boundsOf(spec);
  return min === max ? String(min) : `${min}–${max}`;
}

const needsOf = ({ needs }: TypeRecord): string =>
  Object.entries(needs)
    .map(([type, count]) => `${count} ${type}`)
    .join(' + ') || 'nothing';

function changedSettings({ settings: was }: TypeRecord, { settings: is }: TypeRecord): string[] {
  const changed = SETTINGS.filter(([field]) => !isDeepStrictEqual(was[field], is[field]));
  return changed.length === 0 ? [] : [`mason: ${changed.map(([, key]) => key).join(', ')}`];
}

type Settings = TypeRecord['settings'];

/** As the config calls them. */
const SETTING_KEYS: Readonly<Record<keyof Settings, string>> = {
  maxAttempts: 'max-attempts',
  constructTimeoutMs: 'construct-timeout',
  maxConstructing: 'max-constructing',
  retryBaseMs: 'retry-base',
  retryMaxMs: 'retry-max',
  patienceMs: 'patience',
  paused: 'paused',
  leaseExpiryMs: 'lease-expiry',
  reapStates: 'reap-states',
  quarantineHoldMs: 'quarantine-hold',
  suspectAfter: 'suspect-after',
  janitor: 'janitor',
};
const SETTINGS = Object.entries(SETTING_KEYS) as [keyof Settings, string][];
