import { createLogUpdate } from 'log-update';

import type { Overview } from '../../api/wire.ts';
import type { Event, Events } from '../events.ts';
import { cut, tame, widest } from './cells.ts';
import { renderEnd } from './renderEnd.ts';
import { renderEvent } from './renderEvent.ts';
import { renderPools, type Canvas } from './renderPools.ts';
import { renderStart } from './renderStart.ts';
import { renderUse } from './renderUse.ts';
import { renderVerdict } from './renderVerdict.ts';
import type { Paint } from './paint.ts';
import type { StartInfo, View } from './view.ts';

/** A terminal: its size changes while it is looked at. */
export interface Terminal {
  readonly stream: NodeJS.WriteStream;
  readonly paint: Paint;
}

/** Blanks the screen and goes to its upper left corner. What has scrolled away stays. */
const BLANK = '\u001B[2J\u001B[H';

/**
 * The pools as a table that stays where it is, and below it the last events. An event is drawn with the next look, so
 * that a thousand of them cost no more than one.
 */
export function tableView({ stream, paint }: Terminal, events: Pick<Events, 'recent'>): View {
  // The cursor stays: a kill -9 could not give it back.
  const update = createLogUpdate(stream, { showCursor: true });
  let info: StartInfo | null = null;
  let overview: Overview | null = null;
  let use: string | null = null;
  const canvas = (): Canvas => ({ columns: stream.columns || 80, paint });
  const head = (): readonly string[] => (info === null ? [] : [...renderStart(info), '']);
  const writeHead = (): void => {
    for (const line of head()) stream.write(`${cut(line, canvas().columns)}\n`);
  };
  const draw = (): void => {
    if (overview === null) return;
    const rows = (stream.rows || 24) - head().length - CURSOR_ROWS;
    update(renderFrame({ overview, use, events: events.recent() }, { ...canvas(), rows }).join('\n'));
  };
  /** A narrower terminal has wrapped the lines that are there, so nobody knows any more where they are. */
  const redraw = (): void => {
    update.done();
    stream.write(BLANK);
    writeHead();
    draw();
  };
  stream.on('resize', redraw);
  return {
    started(started) {
      info = started;
      writeHead();
    },
    happened: () => undefined,
    looked(now, command = null) {
      overview = now;
      use = command;
      draw();
    },
    ended(end) {
      stream.off('resize', redraw);
      draw();
      update.done();
      stream.write(`${renderEnd(end, canvas()).join('\n')}\n`);
    },
  };
}

/** The one in which the cursor stands. */
const CURSOR_ROWS = 1;

interface Sight {
  readonly overview: Overview;
  /** A command that uses one of what is ready; null: nothing is, or it is leased elsewhere. */
  readonly use: string | null;
  readonly events: readonly Event[];
}

/** What fits into these rows: the table whole, and as many of the last events as there is room for. */
export function renderFrame(
  { overview, use, events }: Sight,
  { rows, ...canvas }: Canvas & { readonly rows: number },
): string[] {
  const table = [
    ...renderPools(overview.pools, canvas),
    '',
    ...renderVerdict(overview, canvas),
    ...renderUse(use, canvas.columns),
    '',
  ];
  const room = Math.max(0, rows - table.length);
  const types = widest(overview.pools.map(({ type }) => tame(type)));
  const shown: string[] = [];
  for (const event of events.toReversed()) {
    if (event.severity === 'DEBUG') continue;
    const lines = renderEvent(event, { ...canvas, types });
    if (shown.length + lines.length > room) break;
    shown.unshift(...lines);
  }
  return [...table, ...shown];
}
