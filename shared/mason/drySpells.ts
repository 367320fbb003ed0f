import type { FreeResource } from '../ledger/port.ts';

/**
 * What the matchers of a component remember of each type that is leased from, in the flat form in which the ledger
 * keeps it: when it last yielded a resource, and the longest dry spell through which somebody has waited who still does.
 */
export type Memory = Readonly<Record<string, number>>;

interface DrySpell {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

interface TypeMemory {
  readonly yieldedAt: number;
  readonly spell: DrySpell;
}

/** @returns the memory with what is free now: every change to free is a yield, and ends a dry spell */
export function remember(
  before: Memory,
  seen: {
    /** Type → free resources, the longest unchanged first. */
    readonly free: Readonly<Record<string, readonly FreeResource[]>>;
    /** When the first in line began to wait: nobody has waited through what ended earlier. */
    readonly oldestSince: number;
  },
): Memory {
  const types = Object.entries(seen.free).map(([type, resources]) => {
    const known = forgetBefore(recall(before, type), seen.oldestSince);
    return [type, resources.reduce((memory, { lastUpdate }) => yielded(memory, lastUpdate), known)] as const;
  });
  return Object.fromEntries(types.flatMap(([type, memory]) => entriesOf(type, memory)));
}

/**
 * Whether a waiter has been without a yield of the type for longer than its patience, or, if it has waited through a
 * dry spell of that type before, for longer than twice the longest one. So whatever the rhythm in which a type yields,
 * each spell that is too long for a waiter is more than twice as long as the one before, and soon none is.
 */
export function isDry(
  memory: Memory,
  type: string,
  { at, since, patienceMs }: { readonly at: number; readonly since: number; readonly patienceMs: number },
): boolean {
  const { yieldedAt, spell } = recall(memory, type);
  const drySince = Math.max(yieldedAt, since);
  return at - drySince > Math.max(patienceMs, 2 * lengthOf(spell, since));
}

const NO_SPELL: DrySpell = { from: 0, to: 0 };

/** Milliseconds of the spell that fall after `since`. */
const lengthOf = ({ from, to }: DrySpell, since = 0): number => Math.max(0, to - Math.max(from, since));

/** The first in line saw nothing of what was before, so the spell that ends next begins for it where it began to wait. */
function forgetBefore({ yieldedAt, spell }: TypeMemory, since: number): TypeMemory {
  return {
    yieldedAt: Math.max(yieldedAt, since),
    spell: spell.to > since ? { from: Math.max(spell.from, since), to: spell.to } : NO_SPELL,
  };
}

function yielded({ yieldedAt, spell }: TypeMemory, at: number): TypeMemory {
  if (at <= yieldedAt) return { yieldedAt, spell };
  const ended = { from: yieldedAt, to: at };
  return { yieldedAt: at, spell: lengthOf(ended) > lengthOf(spell) ? ended : spell };
}

/** Each key says what it is of which type: a type's name may be any text. */
function recall(memory: Memory, type: string): TypeMemory {
  return {
    yieldedAt: memory[`yielded ${type}`] ?? 0,
    spell: { from: memory[`dry from ${type}`] ?? 0, to: memory[`dry to ${type}`] ?? 0 },
  };
}

function entriesOf(type: string, { yieldedAt, spell }: TypeMemory): [string, number][] {
  return [
    [`yielded ${type}`, yieldedAt],
    [`dry from ${type}`, spell.from],
    [`dry to ${type}`, spell.to],
  ];
}
