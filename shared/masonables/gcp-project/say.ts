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
/** How much longer than it takes to get old enough. */
const LATE_MS = 60 * 60_000;

interface State {
  readonly project: string;
  readonly settings: GcpProjectSettings;
  readonly now: number;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly progress: Progress;
  readonly isMoving: boolean;
}

/** @throws MasonError once nothing has got less for too long: this attempt has failed */
export function refuseToGoOn(state: State): void {
  const { project, settings, now, plan, survey, progress, isMoving } = state;
  const left = [...plan.goes, ...plan.follows];
  const passed = now - progress.fewerAt;
  if (left.length > 0) {
    if (passed < (isMoving ? STUCK_MS : HOPELESS_MS)) return;
    throw failed(
      `${project} is not clean: for ${minutes(passed)} nothing more of it could be deleted. ${reasons(plan, progress)}. Delete it by hand (the console shows what holds it), or protect it by keep-names or keep-labels`,
    );
  }
  if (survey.silent.length > 0 && passed >= STUCK_MS)
    throw failed(
      `${project} may not be clean: for ${minutes(passed)} Google has not told of ${listed(survey.silent)}. See https://status.cloud.google.com`,
    );
  const [young] = plan.young;
  const age = settings['keep-younger-than'] ?? 0;
  if (young && now - progress.since > age + LATE_MS)
    throw failed(
      `${project} is not clean: things younger than keep-younger-than (${minutes(age)}) still appear, such as ${told(young.thing)}. Find out who makes them`,
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
