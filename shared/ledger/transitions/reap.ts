import type { TypeRecord } from '../typeRecord.ts';

/** What this Mason does with all types whose config doesn't say otherwise. */
export interface ReapDefaults {
  /** Milliseconds. */
  readonly leaseExpiryMs: number;
  readonly states: readonly string[];
}

export interface ReapPolicy {
  /** Milliseconds after which what a silent owner holds is taken from him; null: never. */
  readonly ownedMs: number | null;
  /** Milliseconds after which what nobody owns, in a state that nobody moves on, becomes dirty. */
  readonly strayMs: number;
  /** In these an owner has to give signs of life. */
  readonly states: readonly string[];
  /** Whether any state that nobody knows is one in which nobody looks. */
  readonly isManaged: boolean;
}

/** @param spec null: the type is unknown */
export function reapPolicy(spec: TypeRecord | null, by: ReapDefaults): ReapPolicy {
  const expiry = spec?.settings.leaseExpiryMs ?? by.leaseExpiryMs;
  return {
    ownedMs: expiry === 'off' ? null : expiry,
    strayMs: expiry === 'off' ? by.leaseExpiryMs : expiry,
    states: spec?.settings.reapStates ?? by.states,
    isManaged: spec?.managed === true,
  };
}
