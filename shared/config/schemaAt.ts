import * as z from 'zod';

/** A schema as zod's own tools see it, with its parts typed by kind. */
type Known = z.core.$ZodTypes;

/** The schema of what stands at a path in a value of `schema`, or null where it has none of its own. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | null {
  return path.reduce<z.core.$ZodType | null>((outer, key) => (outer ? memberOf(outer, key) : null), schema);
}

/** The keys that an object schema names, or none. */
export function keysOf(schema: z.core.$ZodType | null): readonly string[] {
  const { def } = peel(schema)._zod;
  return def.type === 'object' ? Object.keys(def.shape) : [];
}

/** What a schema says of itself: `.meta({ description, examples })` of it or of what it wraps. */
export function metaOf(schema: z.core.$ZodType | null): { description?: string; example?: unknown } {
  for (let layer = schema; layer; layer = innerOf(layer)) {
    const { description, examples } = z.globalRegistry.get(layer) ?? {};
    if (description !== undefined)
      return { description, example: Array.isArray(examples) ? examples[0] : undefined };
  }
  return {};
}

function memberOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | null {
  const { def } = peel(schema)._zod;
  if (def.type === 'object') return Object.hasOwn(def.shape, key) ? (def.shape[String(key)] ?? null) : null;
  if (def.type === 'array') return def.element;
  return def.type === 'record' ? def.valueType : null;
}

function peel(schema: z.core.$ZodType | null): Known {
  let core = schema ?? z.unknown();
  for (let inner = innerOf(core); inner; inner = innerOf(core)) core = inner;
  return core as Known;
}

/** What optional(), prefault(), transform() and their like wrap. */
export function innerOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  const { def } = (schema as Known)._zod;
  if (def.type === 'pipe') return def.in;
  if (def.type === 'lazy') return def.getter();
  return 'innerType' in def ? def.innerType : null;
}
