import * as z from 'zod';
import { parseGoDuration } from './goDuration.ts';

/** For editors; the check itself is Go's. */
const DURATION_PATTERN = '^\\+?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$';

/**
 * A duration above 0 in Go's form, read as milliseconds. For the config's own settings, and for the schema of a
 * Masonable's or cleaner's content that wants one (`timeout: 5m`).
 */
export const duration = z
  .string()
  .meta({
    description: 'a duration in units of h, m, s or ms',
    examples: ['90s'],
    pattern: DURATION_PATTERN,
  })
  .transform((text, context) => aboveZero(parseGoDuration(text), context));

/**
 * A duration in Go's form, or the word or number that stands for none; read as milliseconds, or as that. What YAML 1.1
 * makes of a bare `off` is `false`.
 */
export const durationOr = <const None extends 'off' | 0>(none: None) =>
  z
    .union(
      [z.literal(none === 'off' ? [none, false] : [none]), z.string().meta({ pattern: DURATION_PATTERN })],
      {
        error: `is neither a duration nor ${none}`,
      },
    )
    .transform((value, context) =>
      value === none || value === false ? none : aboveZero(parseGoDuration(String(value)), context),
    );

/** Go's durations are signed 64-bit counts. */
const LONGEST_NANOSECONDS = 2 ** 63;
const NANOSECONDS_IN_A_MILLISECOND = 1_000_000;

/** Boskos's lifespan: a duration in Go's form, or a bare whole number of nanoseconds; read as milliseconds. */
export const lifespan = z
  .union(
    [z.string().meta({ pattern: DURATION_PATTERN }), z.number().multipleOf(1).lte(LONGEST_NANOSECONDS)],
    {
      error: 'is neither a duration nor a whole number of nanoseconds',
    },
  )
  .meta({
    description:
      'how long a free member is kept before it is made anew: a duration in units of h, m, s or ms',
    examples: ['48h'],
  })
  .transform((value, context) =>
    aboveZero(
      typeof value === 'string' ? parseGoDuration(value) : value / NANOSECONDS_IN_A_MILLISECOND,
      context,
    ),
  );

function aboveZero(read: number | string, context: z.core.$RefinementCtx): number {
  if (typeof read === 'number' && read > 0) return read;
  context.addIssue({ code: 'custom', message: typeof read === 'string' ? read : 'it must be longer than 0' });
  return z.NEVER;
}
