// The entry of `npm start`: everything in one process.

import { exitCodeOf, streams } from './exitCode.ts';
import { run } from './run.ts';
import { readSettings } from './settings.ts';

process.exitCode = await exitCodeOf(() => run(readSettings(process.argv.slice(2), streams)));
// All is closed and written. What still runs then is a Masonable that doesn't listen to its signal.
setTimeout(() => process.exit(), 1_000).unref();
