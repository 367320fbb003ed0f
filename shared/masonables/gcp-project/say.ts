import { MasonError } from '../../errors.ts';
import type { Plan } from './plan.ts';
import type { Progress } from './progress.ts';
import type { GcpProjectSettings } from './settings.ts';
import type { Survey } from './survey.ts';
import { told, type Thing } from './thing.ts';

/** With something on its way: a cluster takes 10 min, and what hangs on it goes after it. */
const STUCK_MS = 20 * 60_000;
/** With all that is left refused for reasons that don't pass by themselves. */
const HOPELESS_MS = 5 * 60_000;
/** With things that go and come, beside the time in which they get old enough: no project takes so long by itself. */
const LONGEST_MS = 3 * 60 * 60_000;

interface State {
  readonly project: string;
  readonly settings: GcpProjectSettings;
  readonly now: number;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly progress: Progress;
  readonly isMoving: boolean;
}

/** @throws MasonError once nothing has changed for too long, or it has lasted too long: this attempt has failed */
export function refuseToGoOn(state: State): void {
  const { project, settings, now, plan, survey, progress, isMoving } = state;
  const left = [...plan.goes, ...plan.follows];
  const unchanged = now - progress.unchangedSince;
  if (left.length > 0 && unchanged >= (isMoving ? STUCK_MS : HOPELESS_MS))
    throw failed(
      `${project} is not clean: for ${minutes(unchanged)} nothing more of it could be deleted. ${reasons(plan, progress)}. Delete it by hand (the console shows what holds it), or protect it by keep-names or keep-labels`,
    );
  const silent = now - (progress.silentSince ?? now);
  if (left.length === 0 && silent >= STUCK_MS)
    throw failed(
      `${project} may not be clean: for ${minutes(silent)} Google has not told of ${listed(survey.silent, ', ', 3)}. See https://status.cloud.google.com`,
    );
  const [latest] = [...left, ...plan.young.map(({ thing }) => thing)];
  const passed = now - progress.since;
  if (latest && passed > LONGEST_MS + (settings['keep-younger-than'] ?? 0))
    throw failed(
      `${project} is not clean: after ${minutes(passed)} there still are things, such as ${told(latest)}. Find out who makes them anew`,
    );
}

/** What dry-run ends in: an attempt that has failed, so that no project gets free. */
export function sayWhatWouldGo(project: string, { goes, follows, young, keeps }: Plan): MasonError {
  const things = [...goes, ...follows, ...young.map(({ thing }) => thing)];
  const kept = `${keeps.length} would stay`;
  const what =
    things.length === 0 ? `nothing would be deleted` : `${things.length} would be deleted: ${byKind(things)}`;
  return failed(
    `dry-run: in ${project} ${what}; ${kept}. Nothing was deleted, and the project gets free only when dry-run is gone from its config`,
  );
}

const failed = (message: string): MasonError => new MasonError('CLEANING_FAILED', message);
const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

/** Messages are cut in their middle beyond 2,000 characters. */
const MOST_NAMED = 6;

function reasons({ goes, follows }: Plan, { orders }: Progress): string {
  const refused = goes.filter(({ path }) => orders[path]?.refused);
  const blamed = refused.length > 0 ? refused : [...goes, ...follows];
  const texts = blamed.map((thing) => {
    const why = orders[thing.path]?.refused;
    return why ? `${why}${unprotect(thing)}` : `${told(thing)} is still there`;
  });
  return listed(texts, '; ', 3);
}

/** Google only says that it is protected. */
const unprotect = ({ name, scope, item }: Thing): string =>
  item['deletionProtection'] === true
    ? ` (gcloud compute instances update ${name} --zone ${scope.replace(/^zones\//, '')} --no-deletion-protection)`
    : '';

function byKind(things: readonly Thing[]): string {
  const kinds = Map.groupBy(things, ({ kind }) => kind.collection);
  return [...kinds]
    .map(([collection, some]) => {
      const names = some.map(({ name, scope }) =>
        scope === 'global' ? name : `${name} in ${scope.replace(/^[a-z]+\//, '')}`,
      );
      return `${collection} (${listed(names)})`;
    })
    .join(', ');
}

function listed(texts: readonly string[], separator = ', ', most = MOST_NAMED): string {
  const more = texts.length - most;
  return [...texts.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])].join(separator);
}
