// The entry of the `mason` command.

import { createLogUpdate } from 'log-update';

import { paintFor } from '../local/view/paint.ts';
import { runCommand } from './runCommand.ts';

/** Columns of what is no terminal. */
const WIDE = 160;

// Nobody reads any more (mason status | head): that is no fault. mason run, which has something to give back, writes nothing here.
process.stdout.on('error', () => process.exit());
// What is told to people ends nothing if they are gone: mason run would die without giving its resource back.
process.stderr.on('error', () => undefined);

// Set, not called: what is written is still on its way.
process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // The cursor stays: a kill -9 could not give it back.
  redraw: process.stdout.isTTY ? createLogUpdate(process.stdout, { showCursor: true }) : null,
  environment: process.env,
  directory: process.cwd(),
  now: () => Date.now(),
  columns: process.stdout.columns || WIDE,
  paint: paintFor(process.stdout),
});
