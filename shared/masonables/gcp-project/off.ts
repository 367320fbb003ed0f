import * as z from 'zod';

import { pathOf, type Google } from '../google/callGoogle.ts';
import { isFault, unless, type GoogleFault } from '../google/fault.ts';

/**
 * Tells whether it is `project` itself that lacks an API, by what Google said. Google checks the caller's own project, too,
 * and names either by its number: that one lacks an API tells nothing of what stands in the other.
 */
export function offHere(google: Google, project: string): (error: unknown) => Promise<boolean> {
  let asked: Promise<string | null> | undefined;
  return async (error) => {
    if (!isOff(error)) return false;
    if (error.offIn === project) return true;
    if (!/^[0-9]+$/.test(error.offIn)) return false;
    return error.offIn === (await (asked ??= numberOf(google, project)));
  };
}

const isOff = (error: unknown): error is GoogleFault & { readonly offIn: string } =>
  isFault(error, 'off') && error.offIn !== null;

const projectSchema = z.object({ defaultServiceAccount: z.string().default('') });
const DEFAULT_ACCOUNT = /^([0-9]+)-compute@developer\.gserviceaccount\.com$/;

/** The number of a project, which is in the name of its default service account; null if it can't be had. */
async function numberOf(google: Google, project: string): Promise<string | null> {
  const call = {
    what: `ask for the number of ${project}`,
    project,
    api: 'compute',
    method: 'GET',
    path: pathOf('compute', 'v1', 'projects', project),
    answer: projectSchema,
  } as const;
  const found = await unless(['off', 'denied', 'absent'], google.call(call));
  return DEFAULT_ACCOUNT.exec(found?.defaultServiceAccount ?? '')?.[1] ?? null;
}
