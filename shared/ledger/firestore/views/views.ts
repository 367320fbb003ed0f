import type { PoolView, Views } from '../../port.ts';
import { STATE } from '../../records.ts';
import { resources } from '../documents/resource.ts';
import { summaries, SUMMARY_FIELDS, type Summary } from '../documents/summary.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { records } from '../queries.ts';
import { counts } from './counts.ts';
import { waiting } from './waiting.ts';

export const views = ({ store }: LedgerParts): Views => ({
  record: (name) => store.look((session) => session.get(resources, name)),
  records: (filter) => store.look((session) => session.find(resources, records(filter))),
  pools: async () => poolViews(await store.look((session) => session.find(summaries, ALL))),
  counts: (types) => store.look((session) => counts(session, types)),
  waiting: (limit) => store.look((session) => waiting(session, limit)),
});

const ALL = { fields: SUMMARY_FIELDS };

function poolViews(members: readonly Summary[]): PoolView[] {
  const types = [...new Set(members.map(({ type }) => type))].sort();
  return types.map((type) =>
    poolView(
      type,
      members.filter((member) => member.type === type),
    ),
  );
}

function poolView(type: string, members: readonly Summary[]): PoolView {
  const states: Record<string, number> = {};
  const phases: Record<string, number> = {};
  for (const { state, heldBy, phase } of members) {
    add(states, heldBy === state ? 'parked' : state);
    if (phase !== undefined && state !== STATE.quarantined) add(phases, phase);
  }
  return {
    type,
    states,
    phases,
    owned: members.filter(({ owner }) => owner !== '').length,
    waiting: members.filter(({ queueSince }) => queueSince !== undefined).length,
    quarantined: states[STATE.quarantined] ?? 0,
  };
}

const add = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};
