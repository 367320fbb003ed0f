import type { Story } from '../api/wire.ts';
import { left, tame } from '../local/view/cells.ts';
import { localTime } from '../local/view/localTime.ts';
import type { Io } from './io.ts';
import { moment } from './moment.ts';
import { relative } from './relative.ts';

type Fact = readonly [label: string, ...lines: string[]];

const LABEL_WIDTH = 12;

/** The whole story of one resource: what it is, who has it, what is done with it, and what has happened. */
export function renderStory(story: Story, io: Pick<Io, 'now' | 'paint'>): string[] {
  const now = io.now();
  const when: When = (iso) => moment(iso, now);
  const facts: Fact[] = [
    ['type', story.type],
    ['state', story.state],
    // Each sign of life renews it, so it is not since when the state is what it is.
    ['changed', when(story.lastUpdate)],
    ...holderOf(story),
    ...holdFacts(story, when),
    ...(story.expiration === null ? [] : [['lifespan', `ends ${when(story.expiration)}`] as const]),
    ...workFacts(story, when),
    ['user data', ...userDataLines(story)],
    ...historyFacts(story, now),
  ];
  return [io.paint('bold', tame(story.name)), ...facts.flatMap(renderFact)];
}

function renderFact([label, ...lines]: Fact): string[] {
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line, at) => `  ${left(at === 0 ? label : '', LABEL_WIDTH)}${tame(line)}`.trimEnd());
}

function holderOf({ owner, heldBy }: Story): Fact[] {
  if (heldBy !== null) return [['held by', `${heldBy}${owner === '' ? ' (parked)' : ' (leased)'}`]];
  return owner === '' ? [] : [['owner', owner]];
}

type When = (iso: string) => string;

function holdFacts({ name, hold }: Story, when: When): Fact[] {
  if (hold === null) return [];
  const reason = hold.reason === '' ? [] : [hold.reason];
  const cure = `To let it go before: mason unhold ${name}`;
  return [['on hold', `since ${when(hold.at)}, until ${when(hold.until)}`, ...reason, cure]];
}

function workFacts(story: Story, when: When): Fact[] {
  const { work } = story;
  if (work === null) return [];
  return [
    ['phase', work.phase ?? 'none: there is nothing to do'],
    ['cycle', String(work.cycle)],
    ...(work.leases.length > 0
      ? [['leases', ...work.leases.map(({ name, type }) => `${name} (${type})`)] as const]
      : []),
    ...progressFacts(work, when),
    ...troubleFacts({ ...work, name: story.name }, when),
  ];
}

type Work = NonNullable<Story['work']>;

function progressFacts(work: Work, when: When): Fact[] {
  const { waitingSince, claimedUntil, constructingSince, dueAt } = work;
  const facts: readonly (Fact | null)[] = [
    waitingSince === null ? null : ['waiting', `for supply since ${when(waitingSince)}`],
    work.awaitsSlot ? ['waiting', 'for a construct slot of its type (max-constructing)'] : null,
    constructingSince === null ? null : ['constructing', `since ${when(constructingSince)}`],
    claimedUntil === null ? null : ['running', `its claim holds until ${when(claimedUntil)}`],
    claimedUntil !== null || dueAt === null ? null : ['due', when(dueAt)],
    work.doomed ? ['leaving', 'it ends when this round does'] : null,
  ];
  return facts.filter((fact) => fact !== null);
}

function troubleFacts(work: Work & { name: string }, when: When): Fact[] {
  const { lastError, quarantine } = work;
  const reason = quarantine?.reason.replace(lastError?.message ?? '\n', 'see the last error') ?? '';
  const cure = `Remove the cause, then: mason retry ${work.name}`;
  const facts: readonly (Fact | null)[] = [
    work.attempts + work.crashes > 0 ? ['failures', failuresOf(work)] : null,
    lastError && ['last error', `${when(lastError.at)} in ${lastError.phase}:`, lastError.message],
    quarantine && ['quarantine', `since ${when(quarantine.at)}:`, reason, ...keptFor(quarantine, when), cure],
    quarantine === null && work.failures.length > 0
      ? ['suspected', `part of ${work.failures.join(', ')}`]
      : null,
  ];
  return facts.filter((fact) => fact !== null);
}

const keptFor = ({ keepUntil }: NonNullable<Work['quarantine']>, when: When): string[] =>
  keepUntil === null ? [] : [`it keeps its leases until ${when(keepUntil)}`];

function failuresOf({ attempts, crashes }: { attempts: number; crashes: number }): string {
  const deaths = crashes > 0 ? `, and ${crashes} runs whose process died` : '';
  return `${attempts} failed runs since the last success${deaths}`;
}

function userDataLines({ userData, userDataKeys }: Story): string[] {
  if (userDataKeys.length === 0) return ['none'];
  if (userData === null) return [`${userDataKeys.join(', ')} (the values: --userdata)`];
  return Object.entries(userData).flatMap(([key, value]) => {
    const lines = value.trimEnd().split('\n');
    // The first of several, or of a list, would stand apart from the others.
    return lines.length === 1 && !value.startsWith('- ')
      ? [`${key}: ${lines.join()}`]
      : [`${key}:`, ...lines.map((line) => `  ${line}`)];
  });
}

function historyFacts({ work }: Story, now: number): Fact[] {
  if (work === null || work.history.length === 0) return [];
  return [
    [
      'history',
      ...work.history.map(
        ({ at, what }) =>
          `${localTime(Date.parse(at))}  ${left(relative(Date.parse(at), now), 10)}  ${firstLine(what)}`,
      ),
    ],
  ];
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
