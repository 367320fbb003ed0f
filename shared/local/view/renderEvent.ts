import type { Event } from '../events.ts';
import { cut, tame, widest, wrap } from './cells.ts';
import type { Paint, Style } from './paint.ts';
import type { Canvas } from './renderPools.ts';

/** Lines of a fault that are shown in place; the whole is in the resource's story. */
const FAULT_LINES = 5;
/** Characters of a message that are looked at for the screen: more than it shows, however wide it is. */
const LONGEST_MESSAGE = 4_000;
const GAP = '  ';
/** Columns below which a type says nothing. */
const LEAST_TYPE = 6;

const STYLES: Readonly<Record<Event['severity'], Style | null>> = {
  DEBUG: 'dim',
  INFO: null,
  WARNING: 'yellow',
  ERROR: 'red',
};

/** An event in the terminal's width: its time, what happened, and to which type; a fault with its reason. */
export function renderEvent(event: Event, { columns, paint }: Canvas): string[] {
  const time = clockTime(event.at);
  const indent = ' '.repeat(time.length + GAP.length);
  const room = Math.max(1, columns - indent.length);
  const lines = linesOf({ ...event, message: event.message.slice(0, LONGEST_MESSAGE) });
  const [first = '', ...rest] = isFault(event) ? faultLines(lines, room) : [cut(lines[0] ?? '', room)];
  // A name and what happened come first: names are long, and terminals narrow.
  const space = rest.length > 0 ? 0 : room - widest([first]);
  const type = space < LEAST_TYPE ? '' : cut(typeBeside(event), space);
  const style = STYLES[event.severity];
  const colour = (text: string): string => (style === null ? text : paint(style, text));
  return [
    `${paint('dim', time)}${GAP}${colour(first)}${type === '' ? '' : paint('dim', type)}`,
    ...rest.map((line) => indent + colour(line)),
  ];
}

/** The reason of a fault is worth some lines. */
function faultLines(lines: readonly string[], room: number): string[] {
  const wrapped = lines.flatMap((line) => wrap(line, room));
  if (wrapped.length <= FAULT_LINES) return wrapped;
  return [...wrapped.slice(0, FAULT_LINES - 1), cut(`${wrapped[FAULT_LINES - 1] ?? ''} …`, room)];
}

/** Where the message doesn't begin with it. */
const typeBeside = ({ type, message }: Event): string =>
  type === undefined || message.startsWith(`${type}: `) ? '' : `${GAP}${tame(type)}`;

/** An event for a log: whole, its later lines indented. */
export function renderLogLine(event: Event, paint: Paint): string {
  const [first = '', ...rest] = linesOf(event);
  const style = STYLES[event.severity];
  const severity = event.severity === 'INFO' ? '' : `${event.severity} `;
  const text = [`${severity}${first}${typeBeside(event)}`, ...rest.map((line) => `    ${line}`)].join('\n');
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

/** The local time of day. */
function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
