import type { TypeRecord } from '../../typeRecord.ts';
import { resources } from '../documents/resource.ts';
import { slots } from '../documents/slots.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { constructing } from '../queries.ts';
import type { Session } from '../store/session.ts';

export interface Slots {
  /** Members under construction. */
  readonly underWay: number;
  /** To be called when one is taken: of two who do so at once, one looks again. */
  take(): void;
}

/** @returns null: the type has a slot for each of its members */
export async function openSlots(session: Session, spec: TypeRecord): Promise<Slots | null> {
  if (sizeOf(spec) <= spec.settings.maxConstructing) return null;
  const { type } = spec;
  const before = await session.get(slots, type);
  const underWay = await session.count(resources, constructing(type));
  return {
    underWay,
    take() {
      session.put(slots, type, { taken: (before?.taken ?? 0) + 1 });
    },
  };
}

export function hasFreeSlot({ store }: LedgerParts, { type, settings }: TypeRecord): Promise<boolean> {
  return store.look(
    async (session) => (await session.count(resources, constructing(type))) < settings.maxConstructing,
  );
}

const sizeOf = ({ size }: TypeRecord): number => (size.kind === 'static' ? size.names.length : size.max);
