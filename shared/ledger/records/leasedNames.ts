import { parse } from 'yaml';
import * as z from 'zod';

import { LEASED_RESOURCES, type UserData } from '../records.ts';

const namesSchema = z.array(z.string().min(1));

/**
 * The names of what a virtual resource is made of, as its user data tells them.
 * @returns null if what stands there is no list of names
 */
export function leasedNames(userData: UserData): readonly string[] | null {
  const text = userData[LEASED_RESOURCES] ?? '';
  if (text.trim() === '') return [];
  try {
    // Everything is a text to this schema: a name of digits, too.
    const names = namesSchema.safeParse(parse(text, { schema: 'failsafe' }));
    return names.success ? [...new Set(names.data)] : null;
  } catch {
    return null;
  }
}
