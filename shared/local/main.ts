// The entry of `npm start`: everything in one process.

import { CommanderError } from 'commander';

import { ERRORS, MasonError } from '../errors.ts';
import { run } from './run.ts';
import { readSettings, type Settings } from './settings.ts';

/** EX_SOFTWARE of sysexits.h. */
const FAULT_IN_MASON = 70;
/** EX_USAGE. */
const BAD_FLAG = ERRORS.ENVIRONMENT_INVALID.exit;

async function main(): Promise<number> {
  try {
    return await run(settingsOf(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_FLAG;
    if (error instanceof MasonError) {
      process.stderr.write(`mason: ${error.message}\n`);
      return ERRORS[error.code].exit;
    }
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`mason: a fault in Mason itself: ${told}\n`);
    return FAULT_IN_MASON;
  }
}

function settingsOf(argv: readonly string[]): Settings {
  return readSettings(argv, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

process.exitCode = await main();
// All is closed and written. What still runs then is a Masonable that doesn't listen to its signal.
setTimeout(() => process.exit(), 1_000).unref();
