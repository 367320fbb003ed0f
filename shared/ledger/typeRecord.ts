import * as z from 'zod';

const sizeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('static'), names: z.array(z.string()).readonly() }),
  z.object({ kind: z.literal('dynamic'), min: z.number(), max: z.number() }),
]);

const DAY_MS = 86_400_000;

const settingsSchema = z.object({
  maxAttempts: z.number(),
  constructTimeoutMs: z.number(),
  maxConstructing: z.number(),
  retryBaseMs: z.number(),
  retryMaxMs: z.number(),
  patienceMs: z.number(),
  paused: z.boolean(),
  janitor: z.looseObject({ type: z.string() }).nullable(),
  /** Milliseconds that a silent owner may hold a member; `off`: for ever. Null: as this Mason does with all types. */
  leaseExpiryMs: z
    .union([z.number(), z.literal('off')])
    .nullable()
    .default(null),
  /** States of which owners have to give signs of life. Null: as this Mason does with all types. */
  reapStates: z.array(z.string()).readonly().nullable().default(null),
  /** Milliseconds that a member in quarantine keeps its leases for a person to look. */
  quarantineHoldMs: z.number().default(DAY_MS),
  /** Failures in a row after which what a member was made of is set aside; 0: never. */
  suspectAfter: z.number().default(3),
});

const pauseSchema = z.object({ at: z.number(), by: z.string(), reason: z.string() });
/** Somebody's order, since then (ms since the epoch), that nothing is to be done with the members. */
export type Pause = Readonly<z.infer<typeof pauseSchema>>;

const componentSchema = z.object({
  /** The same for the same set of physical types. */
  id: z.string(),
  /** Types whose members wait for supply here; a paused one is left out. */
  virtualTypes: z.array(z.string()).readonly(),
  /** Types that are leased from. */
  physicalTypes: z.array(z.string()).readonly(),
});
/** Neither built by a Masonable nor made of others. */
export const isPhysical = ({ config, needs }: Pick<TypeRecord, 'config' | 'needs'>): boolean =>
  config === null && Object.keys(needs).length === 0;

/** Connected component of the needs graph: types whose grants can get in each other's way. */
export type Component = Readonly<z.infer<typeof componentSchema>>;

export const contentRecordSchema = z.object({
  type: z.string(),
  hash: z.string(),
  needs: z.record(z.string(), z.number()),
  config: z.object({ type: z.string(), content: z.string() }).nullable(),
});
/** What members of a type were built from. Immutable, kept while a record names its hash. */
export type ContentRecord = Readonly<z.infer<typeof contentRecordSchema>>;

export const typeRecordSchema = contentRecordSchema.extend({
  schema: z.literal(1),
  /** The state of a resource that is made. */
  state: z.string(),
  size: sizeSchema,
  /** Milliseconds that a released resource lives; null: for ever. */
  lifespanMs: z.number().nullable(),
  /** Whether this Mason builds the members (their `config.type` is registered here). */
  managed: z.boolean(),
  /** Whether the type left the config: its members are drained. */
  removed: z.boolean(),
  settings: settingsSchema,
  /** Null: nobody has paused it; its config may have. It stays while the config changes, until the type is resumed. */
  pause: pauseSchema.nullable().default(null),
  /** Null: nobody leases from it and it leases from nobody. */
  component: componentSchema.nullable(),
});
/** The config of one type as phases read it: sync stores it, whole, whenever it changes. */
export type TypeRecord = Readonly<z.infer<typeof typeRecordSchema>>;

/** Whether Mason is to leave the members alone, as its config or a person wants it. */
export const isPaused = ({ settings, pause }: Pick<TypeRecord, 'settings' | 'pause'>): boolean =>
  settings.paused || pause !== null;

/** How many members there are to be, at least and at most: none of a type that left the config. */
export function boundsOf({ size, removed }: Pick<TypeRecord, 'size' | 'removed'>): {
  readonly min: number;
  readonly max: number;
} {
  if (removed) return { min: 0, max: 0 };
  const { min, max } = size.kind === 'static' ? { min: size.names.length, max: size.names.length } : size;
  // Nothing but these two, since they are spread into answers.
  return { min, max };
}
