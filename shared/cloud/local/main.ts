// The entry of `npm run cloud`: every function in a process of its own, on Google's emulators.

import { exitCodeOf, streams } from '../../local/exitCode.ts';
import { run } from './run.ts';
import { readCloudSettings } from './settings.ts';

process.exitCode = await exitCodeOf(() => run(readCloudSettings(process.argv.slice(2), streams)));
// What was stopped while it was being started is not all closed; its processes end with this one.
setTimeout(() => process.exit(), 1_000).unref();
