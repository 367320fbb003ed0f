import { createLogUpdate } from 'log-update';

import type { Overview } from '../../api/wire.ts';
import type { Event, Events } from '../events.ts';
import { cut } from './cells.ts';
import { renderEnd } from './renderEnd.ts';
import { renderEvent } from './renderEvent.ts';
import { renderPools, type Canvas } from './renderPools.ts';
import { renderStart } from './renderStart.ts';
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
  const canvas = (): Canvas => ({ columns: stream.columns || 80, paint });
  const head = (): string => {
    const lines = info === null ? [] : renderStart(info);
    return lines.map((line) => `${cut(line, canvas().columns)}\n`).join('');
  };
  const draw = (): void => {
    if (overview === null) return;
    const size = { ...canvas(), rows: (stream.rows || 24) - (info?.hints?.length ?? 0) };
    update(renderFrame(overview, events.recent(), size).join('\n'));
  };
  /** A narrower terminal has wrapped the lines that are there, so nobody knows any more where they are. */
  const redraw = (): void => {
    update.done();
    stream.write(`${BLANK}${head()}\n`);
    draw();
  };
  stream.on('resize', redraw);
  return {
    started(started) {
      info = started;
      stream.write(`${head()}\n`);
    },
    happened: () => undefined,
    looked(now) {
      overview = now;
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

/** The first lines, the one below them, and the one in which the cursor stands. */
const OTHER_ROWS = 7;

/** What fits on one screen: the table whole, and as many of the last events as there is room for. */
export function renderFrame(
  overview: Overview,
  events: readonly Event[],
  { rows, ...canvas }: Canvas & { readonly rows: number },
): string[] {
  const table = [...renderPools(overview.pools, canvas), '', ...renderVerdict(overview, canvas), ''];
  const room = Math.max(0, rows - OTHER_ROWS - table.length);
  const shown: string[] = [];
  for (const event of events.toReversed()) {
    if (event.severity === 'DEBUG') continue;
    const lines = renderEvent(event, canvas);
    if (shown.length + lines.length > room) break;
    shown.unshift(...lines);
  }
  return [...table, ...shown];
}
