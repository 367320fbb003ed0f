import { MasonError } from '../../errors.ts';
import { openGoogle } from '../google/callGoogle.ts';
import { destroyed, notYet, type Destruction } from '../port.ts';
import { STUCK_MS } from './advance.ts';
import type { GcpCall } from './construct.ts';
import { kindsOf, projectsOf } from './items.ts';
import { allOf, deleteAll, survey } from './leftovers.ts';
import type { GcpParts } from '../google/parts.ts';
import { withPatience } from '../google/patience.ts';
import type { Thing } from './kinds.ts';
import { newProgress, savedProgress, toCheckpoint } from './progress.ts';

/** What was ordered just before may not show yet: nothing is taken for gone before this time has passed. */
export const SETTLE_MS = 30_000;
const PAUSE_MS = 20_000;
const LEAST_PAUSE_MS = 1_000;

/** One run: begins to delete what the resource has in its projects, of any earlier cycle. Done is what was seen to be gone. */
export async function destroy(call: GcpCall, parts: GcpParts): Promise<Destruction> {
  const { content, resource, leased, context } = call;
  const kinds = kindsOf(content);
  const projects = Object.keys(content).flatMap((type) => projectsOf(leased, type));
  if (kinds.length === 0 || projects.length === 0) return destroyed;
  const progress = savedProgress(context.checkpoint) ?? newProgress(parts.now());
  const google = openGoogle(parts, context);
  return withPatience(
    { progress, checkpoint: () => toCheckpoint(progress), random: parts.random },
    async () => {
      const { things, isWhole } = await survey(google, projects, kinds);
      const left = allOf({ resource: resource.name, token: context.token }, things);
      await deleteAll(google, left);
      progress.busy = 0;
      const passed = parts.now() - progress.since;
      if (left.length === 0 && isWhole && passed >= SETTLE_MS) return destroyed;
      if (passed > STUCK_MS) throw stuck(left, passed);
      const isSettling = left.length === 0 && passed < SETTLE_MS;
      const pause = isSettling ? Math.max(LEAST_PAUSE_MS, SETTLE_MS - passed) : PAUSE_MS;
      return notYet(toCheckpoint(progress), pause);
    },
  );
}

function stuck(left: readonly Thing[], passedMs: number): MasonError {
  const names = left.map(
    ({ kind, name, project, zone, status }) => `the ${kind} ${name} in ${project}, ${zone} (${status})`,
  );
  const what =
    names.length > 0 ? `${names.join('; ')} can not be deleted` : 'Google does not tell of all zones';
  const minutes = Math.round(passedMs / 60_000);
  return new MasonError(
    'GOOGLE_FAILED',
    `${what} after ${minutes} min. Look in the Google Cloud console, and delete it there`,
  );
}
