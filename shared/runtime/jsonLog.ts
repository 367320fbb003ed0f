import { destination, pino, stdTimeFunctions, type DestinationStream, type Level } from 'pino';

import type { Log, LogEntry, Severity } from './log.ts';

export interface JsonLogOptions {
  /** The Google Cloud project that the traces are in; null: none is known. */
  readonly project: string | null;
  /**
   * Where the lines go. Default: standard output, each written when its call returns, since a function gets no CPU after
   * its answer and may be ended at any moment.
   */
  readonly stream?: DestinationStream;
}

const LEVELS = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const satisfies Record<
  Severity,
  Level
>;
const SEVERITIES: Readonly<Record<string, Severity>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
};

/** One JSON object a line, in the form in which Cloud Logging reads a function's output. */
export function createJsonLog({ project, stream = destination({ fd: 1, sync: true }) }: JsonLogOptions): Log {
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ severity: SEVERITIES[label] }) },
    },
    stream,
  );
  return (entry) => {
    logger[LEVELS[entry.severity]](lineOf(entry, project));
  };
}

/** Field by field, so that nothing else that somebody put into an entry is ever written. */
function lineOf({ event, message, trace, figures, ...entry }: LogEntry, project: string | null): object {
  const isLinked = trace !== undefined && project !== null;
  const labels = Object.entries({
    resource: entry.resource,
    type: entry.type,
    phase: entry.phase,
    cycle: entry.cycle,
    trace: isLinked ? undefined : trace,
  }).flatMap(([label, value]) => (value === undefined ? [] : [[label, String(value)] as const]));
  return {
    event,
    message,
    ...(figures !== undefined && { figures }),
    ...(labels.length > 0 && { 'logging.googleapis.com/labels': Object.fromEntries(labels) }),
    ...(isLinked && { 'logging.googleapis.com/trace': `projects/${project}/traces/${trace}` }),
  };
}
