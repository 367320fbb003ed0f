import { openGoogle } from '../google/callGoogle.ts';
import type { GcpParts } from '../google/parts.ts';
import { withPatience } from '../google/patience.ts';
import { destroyed, notYet, type Destruction, type RunContext } from '../port.ts';
import { awakeOnly } from './awake.ts';
import { deleteAll } from './deleteAll.ts';
import { planOf, type Plan } from './plan.ts';
import { newProgress, noteLook, savedProgress, toCheckpoint, type Progress } from './progress.ts';
import { refuseToGoOn, sayWhatWouldGo } from './say.ts';
import type { GcpProjectSettings } from './settings.ts';
import { surveyOf, type Survey } from './survey.ts';
import type { Thing } from './thing.ts';

export interface CleanCall {
  readonly settings: GcpProjectSettings;
  readonly project: string;
  readonly context: RunContext;
}

/** How long a run works, however much more time its invocation has. */
const RUN_MS = 60_000;
/** What was ordered just before, or what a deletion leaves, may show late: a project is not empty before this has passed. */
const SETTLE_MS = 30_000;
/** Clusters take 3 to 10 min to go, the rest seconds to minutes. */
const CLUSTER_PAUSE_MS = 20_000;
const PAUSE_MS = 10_000;
const LEAST_PAUSE_MS = 1_000;
/** A look from time to time at what is too young. */
const LONGEST_PAUSE_MS = 10 * 60_000;

/**
 * One run: looks at all there is, begins to delete what nothing else needs any more, and waits for nothing: that is what the
 * next run is for. The project is clean once such a look finds nothing that has to go.
 */
export async function clean(
  { settings, project, context }: CleanCall,
  parts: GcpParts,
): Promise<Destruction> {
  const progress = savedProgress(context.checkpoint) ?? newProgress(parts.now());
  const google = awakeOnly(openGoogle(parts, limited(context)), parts.now);
  let left: readonly Thing[] = [];
  const checkpoint = () => toCheckpoint(progress, left);
  return withPatience({ progress, checkpoint, random: parts.random }, async () => {
    const survey = await surveyOf(google, project);
    const now = parts.now();
    const plan = planOf(survey.things, { project, settings, now });
    if (settings['dry-run']) throw sayWhatWouldGo(project, plan);
    left = [...plan.goes, ...plan.follows];
    noteLook(progress, { left, silent: survey.silent }, now);
    const { isMoving } = await deleteAll(plan, { google, project, progress });
    progress.busy = 0;
    const state = { project, settings, now, plan, survey, progress, isMoving };
    refuseToGoOn(state);
    if (isClean(state)) return destroyed;
    return notYet(checkpoint(), pauseFor(state));
  });
}

/** The part of a run's context that says when it is over: no later than a minute after its beginning. */
function limited(context: RunContext): Pick<RunContext, 'signal' | 'remainingMs'> {
  const beyond = Math.max(0, context.remainingMs() - RUN_MS);
  return { signal: context.signal, remainingMs: () => context.remainingMs() - beyond };
}

interface State {
  readonly now: number;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly progress: Progress;
}

const isEmpty = ({ goes, follows, young }: Plan): boolean =>
  goes.length + follows.length + young.length === 0;

const isClean = ({ now, plan, survey, progress }: State): boolean =>
  isEmpty(plan) && survey.silent.length === 0 && now - progress.seenAt >= SETTLE_MS;

function pauseFor({ now, plan, progress }: State): number {
  const settlesInMs = SETTLE_MS - (now - progress.seenAt);
  if (isEmpty(plan)) return settlesInMs > 0 ? Math.max(LEAST_PAUSE_MS, settlesInMs) : PAUSE_MS;
  if (plan.goes.length + plan.follows.length === 0) {
    const waits = plan.young.map(({ inMs }) => inMs).filter((ms) => ms > 0);
    return Math.min(LONGEST_PAUSE_MS, ...waits);
  }
  return plan.goes.some(({ kind }) => kind.listed === 'clusters') ? CLUSTER_PAUSE_MS : PAUSE_MS;
}
