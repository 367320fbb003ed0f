import type { Log } from './log.ts';

/** One JSON object a line on standard output, with the field names that Cloud Logging knows. */
export const jsonLog: Log = (entry) => {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
};
