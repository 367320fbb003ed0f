import type { Events } from '../events.ts';
import { jsonView } from './jsonView.ts';
import { lineView } from './lineView.ts';
import { paintFor } from './paint.ts';
import { tableView } from './tableView.ts';
import type { View } from './view.ts';

/** Columns of what is no terminal: a log has long lines. */
const LOG_COLUMNS = 160;

/** A table for people at a terminal, lines for logs, JSON for programs. */
export function chooseView({ json }: { readonly json: boolean }, events: Events): View {
  const stream = process.stdout;
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  if (json) return jsonView(write, () => Date.now());
  const paint = paintFor(stream);
  return stream.isTTY
    ? tableView({ stream, paint }, events)
    : lineView(write, { columns: LOG_COLUMNS, paint });
}
