import type { ConfigState, Pool, Verdict } from '../wire.ts';

export interface Sight {
  readonly pools: readonly Pool[];
  readonly config: ConfigState;
  /** Messages that are published and not yet done with. */
  readonly pending: number;
}

/**
 * Whether everything is as it should be. Meaningful only after a whole tick of sync and janitor: before that there may
 * be pools that nobody has filled yet.
 */
export function judge({ pools, config, pending }: Sight): Verdict {
  const complaints = pools.flatMap((pool) => complaint(pool) ?? []);
  const reasons = [
    ...complaints,
    ...refusals(config),
    // Mostly they are those that the pools are being worked on by.
    ...(pending > 0 && complaints.length === 0 ? [`messages under way: ${pending}`] : []),
  ];
  if (reasons.length === 0) return { kind: 'idle', reasons };
  const isStuck = pools.some(({ quarantined }) => quarantined > 0) && pending === 0 && !pools.some(moves);
  return { kind: isStuck ? 'stuck' : 'working', reasons };
}

/** The same where nobody works on the members: in which state they are is for those who call the API. */
export function judgeSizes({ pools, config }: Sight): Verdict {
  const small = pools.filter(({ members, min }) => members < min);
  const reasons = [
    ...small.map(({ type, members, min }) => `${type}: ${members} of ${min} members`),
    ...refusals(config),
  ];
  return { kind: reasons.length === 0 ? 'idle' : 'working', reasons };
}

const refusals = ({ faults, file }: ConfigState): string[] =>
  faults.length > 0 ? [`${file} is refused; the last good config is in force`] : [];

/** Whether the pool will look different later without anybody's help: one that waits for supply needs a mover's. */
function moves({ phases, dirty, tended, paused }: Pool): boolean {
  return !paused && (Object.keys(phases).length > 0 || (dirty > 0 && tended));
}

/** What keeps a pool from being at rest at its size, in one line; null if nothing does. */
export function complaint(pool: Pool): string | null {
  const { type, members, min, dirty, waiting, quarantined, tended, paused } = pool;
  const parts = [
    members < min && `${members} of ${min} members`,
    ...Object.entries(pool.phases).map(([phase, count]) => `${count} in ${phase}`),
    waiting > 0 && `${waiting} waiting for supply`,
    dirty > 0 && `${dirty} dirty${tended ? '' : ' (no janitor is set here: mason: {janitor: {type: None}})'}`,
    quarantined > 0 && `${quarantined} in quarantine`,
    pool.unknown > 0 && `${pool.unknown} in states that Mason does not know`,
  ].filter((part) => part !== false);
  if (parts.length === 0 && pool.atSize) return null;
  if (paused) parts.push(`paused by ${pool.pausedBy ?? 'its config'}`);
  return `${type}: ${parts.join(', ') || 'not at its size'}`;
}
