import * as z from 'zod';

import type { Log } from '../runtime/log.ts';
import type { Topic } from '../topics/port.ts';

/** Gets each line that a function's process writes. */
export interface FunctionLog {
  stdout(line: string): void;
  stderr(line: string): void;
}

const LABELS = 'logging.googleapis.com/labels';
const TRACE = 'logging.googleapis.com/trace';

/** What runtime/jsonLog writes. */
const lineSchema = z.object({
  severity: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']),
  event: z.string(),
  message: z.string(),
  [LABELS]: z
    .object({
      resource: z.string().optional(),
      type: z.string().optional(),
      phase: z.string().optional(),
      cycle: z.coerce.number().optional(),
    })
    .optional(),
  [TRACE]: z.string().optional(),
});
type Line = z.infer<typeof lineSchema>;

/** Reads a function's log back into entries, as Cloud Logging would. What else it says is told as said by it. */
export function readFunctionLog(target: Topic, log: Log): FunctionLog {
  const tell = (severity: 'DEBUG' | 'ERROR', line: string): void => {
    if (line.trim() === '') return;
    log({ severity, event: 'function-said', message: `${target}: ${line}`, phase: target });
  };
  return {
    stdout(line) {
      const parsed = lineSchema.safeParse(jsonOf(line));
      if (parsed.success) log(entryOf(parsed.data));
      else tell('DEBUG', line);
    },
    // The framework writes what a function threw, with its stack: whose lines are indented.
    stderr(line) {
      tell(/^\s/.test(line) ? 'DEBUG' : 'ERROR', line);
    },
  };
}

function entryOf({ severity, event, message, [LABELS]: labels = {}, [TRACE]: trace }: Line) {
  const { resource, type, phase, cycle } = labels;
  return {
    severity,
    event,
    message,
    ...(resource !== undefined && { resource }),
    ...(type !== undefined && { type }),
    ...(phase !== undefined && { phase }),
    ...(cycle !== undefined && { cycle }),
    ...(trace !== undefined && { trace: trace.slice(trace.lastIndexOf('/') + 1) }),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
