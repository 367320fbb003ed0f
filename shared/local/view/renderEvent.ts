import type { Event } from '../events.ts';
import { cut, left, tame, wrap } from './cells.ts';
import { clockTime } from './localTime.ts';
import type { Paint, Style } from './paint.ts';
import type { Canvas } from './renderPools.ts';

/** Lines of a fault that are shown in place; the whole is in the resource's story. */
const FAULT_LINES = 5;
/** Characters of a message that are looked at for the screen: more than it shows, however wide it is. */
const LONGEST_MESSAGE = 4_000;
const GAP = '  ';
/** Columns below which a type says nothing. */
const LEAST_TYPE = 6;
/** Columns of a drawn name and of what mostly happens to it: `: fulfill waits for supply`. */
const USUAL_MESSAGE = 62;

const STYLES: Readonly<Record<Event['severity'], Style | null>> = {
  DEBUG: 'dim',
  INFO: null,
  WARNING: 'yellow',
  ERROR: 'red',
};

/** Where events stand one below the other. */
export interface EventCanvas extends Canvas {
  /** Columns of the widest type. */
  readonly types: number;
}

/** An event in the terminal's width: its time, its type, and what happened; a fault with its reason. */
export function renderEvent(event: Event, { columns, paint, types }: EventCanvas): string[] {
  const time = clockTime(event.at);
  const width = typeWidth(types, columns - time.length - GAP.length);
  const place = `${time}${GAP}${width === 0 ? '' : `${left(tame(event.type ?? ''), width)}${GAP}`}`;
  const room = Math.max(1, columns - place.length);
  const message = event.message.slice(0, LONGEST_MESSAGE);
  const lines = linesOf({ ...event, message: width === 0 ? message : withoutType({ ...event, message }) });
  const [first = '', ...rest] = isFault(event)
    ? faultLines(lines, room)
    : [cut(withShortNames(lines[0] ?? ''), room)];
  const style = STYLES[event.severity];
  const colour = (text: string): string => (style === null ? text : paint(style, text));
  return [
    `${paint('dim', place.trimEnd())}${' '.repeat(place.length - place.trimEnd().length)}${colour(first)}`,
    ...rest.map((line) => ' '.repeat(place.length) + colour(line)),
  ];
}

/** Names are long, and terminals narrow: a type has what they leave. 0: it is not shown. */
function typeWidth(widestType: number, room: number): number {
  const width = Math.min(widestType, room - GAP.length - USUAL_MESSAGE);
  return width < Math.min(widestType, LEAST_TYPE) ? 0 : width;
}

/** The reason of a fault is worth some lines. */
function faultLines(lines: readonly string[], room: number): string[] {
  const wrapped = lines.flatMap((line) => wrap(line, room));
  if (wrapped.length <= FAULT_LINES) return wrapped;
  return [...wrapped.slice(0, FAULT_LINES - 1), cut(`${wrapped[FAULT_LINES - 1] ?? ''} …`, room)];
}

/** Where it stands in a column of its own, a message need not begin with it. */
const withoutType = ({ type, message }: Event): string =>
  type !== undefined && message.startsWith(`${type}: `) ? message.slice(type.length + 2) : message;

const LATER_DRAWN_NAME = /(?<!^)\b([\da-f]{8})(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g;

/** Whose event it is stands first, to be copied; of others the beginning tells which are meant. */
const withShortNames = (line: string): string => line.replaceAll(LATER_DRAWN_NAME, '$1…');

/** An event for a log: whole, its later lines indented. */
export function renderLogLine(event: Event, paint: Paint): string {
  const [first = '', ...rest] = linesOf(event);
  const style = STYLES[event.severity];
  const severity = event.severity === 'INFO' ? '' : `${event.severity} `;
  const type = event.type === undefined || withoutType(event) !== event.message ? '' : GAP + tame(event.type);
  const text = [`${severity}${first}${type}`, ...rest.map((line) => `    ${line}`)].join('\n');
  return `${new Date(event.at).toISOString()} ${style === null ? text : paint(style, text)}`;
}

const isFault = ({ severity }: Event): boolean => severity === 'WARNING' || severity === 'ERROR';

/** What a resource's message says of the same resource once more is left out. */
function linesOf({ message, resource }: Event): string[] {
  const [head, news] =
    resource !== undefined && message.startsWith(resource)
      ? [resource, message.slice(resource.length)]
      : ['', message];
  const short = head === '' ? news : news.replaceAll(` of ${head}`, '');
  return (head + short).split(/\r?\n/).map(tame);
}
