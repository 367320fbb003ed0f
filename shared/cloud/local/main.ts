// The entry of `npm run cloud`: every function in a process of its own, on Google's emulators.

import { CommanderError } from 'commander';

import { ERRORS, MasonError } from '../../errors.ts';
import { run } from './run.ts';
import { readCloudSettings, type CloudSettings } from './settings.ts';

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

function settingsOf(argv: readonly string[]): CloudSettings {
  return readCloudSettings(argv, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

process.exitCode = await main();
// What was stopped while it was being started is not all closed; its processes end with this one.
setTimeout(() => process.exit(), 1_000).unref();
