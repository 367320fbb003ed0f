import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';

import { createJsonLog } from '../../../shared/runtime/jsonLog.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const LABELS = 'logging.googleapis.com/labels';
const LINK = 'logging.googleapis.com/trace';

/** The lines that the entries make, parsed. */
function written(entries: readonly LogEntry[], project: string | null = null): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createJsonLog({ project, stream: { write: (line) => lines.push(line) } });
  for (const entry of entries) log(entry);
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const WHOLE: Required<LogEntry> = {
  severity: 'INFO',
  event: 'freed',
  message: 'cluster-1: free done',
  resource: 'cluster-1',
  type: 'cluster',
  phase: 'free',
  cycle: 3,
  trace: TRACE,
  figures: { outcome: 'readyToFree', durationMs: 12.5 },
};

describe('a deployed function’s log', () => {
  test('has the fields by which Cloud Logging reads it', () => {
    const [line] = written([WHOLE], 'project-7');
    expect(line).toEqual({
      severity: 'INFO',
      event: 'freed',
      message: 'cluster-1: free done',
      figures: { outcome: 'readyToFree', durationMs: 12.5 },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}Z$/) as unknown,
      [LABELS]: { resource: 'cluster-1', type: 'cluster', phase: 'free', cycle: '3' },
      [LINK]: `projects/project-7/traces/${TRACE}`,
    });
  });

  test('has the trace among its labels where no project is known', () => {
    const [line] = written([WHOLE]);
    expect(line?.[LABELS]).toMatchObject({ trace: TRACE });
    expect(line).not.toHaveProperty([LINK]);
  });

  test('has no labels where there is nothing to label', () => {
    const [line] = written([{ severity: 'WARNING', event: 'sync-failed', message: 'no' }], 'project-7');
    expect(Object.keys(line ?? {}).sort()).toEqual(['event', 'message', 'severity', 'time']);
  });

  test('says every severity in Cloud Logging’s word, and leaves none out', () => {
    const severities = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;
    const lines = written(severities.map((severity) => ({ ...WHOLE, severity })));
    expect(lines.map(({ severity }) => severity)).toEqual(severities);
  });

  test('is one JSON object a line, whatever the message holds', () => {
    const messages = [
      'two\nlines "quoted" 💥\u2028',
      '%s %d %j %% %o',
      '',
      '\u0000\ud800',
      'x'.repeat(100_000),
    ];
    const lines = written(messages.map((message) => ({ ...WHOLE, message })));
    expect(lines.map(({ message }) => message)).toEqual(messages);
  });

  test('writes nothing that is no field of an entry: user data can’t come in with one', () => {
    const smuggled = {
      ...WHOLE,
      userData: { password: 'sesame' },
      err: new Error('sesame'),
      labels: { key: 'sesame' },
      method: 'GET',
      headers: 'sesame',
      socket: 'sesame',
    };
    expect(JSON.stringify(written([smuggled]))).not.toContain('sesame');
    expect(written([smuggled]).map(({ time: _time, ...rest }) => rest)).toEqual(
      written([WHOLE]).map(({ time: _time, ...rest }) => rest),
    );
  });

  test('is on standard output when its call returns: a process that ends at once loses nothing', () => {
    const program = `
      import { createJsonLog } from './shared/runtime/jsonLog.ts';
      const log = createJsonLog({ project: null });
      for (let cycle = 0; cycle < 2000; cycle += 1)
        log({ severity: 'INFO', event: 'freed', message: 'x'.repeat(200), cycle });
      process.kill(process.pid, 'SIGKILL');`;
    let output = '';
    try {
      execFileSync(
        process.execPath,
        [
          '--experimental-strip-types',
          '--disable-warning=ExperimentalWarning',
          '--input-type=module',
          '-e',
          program,
        ],
        { cwd: root, encoding: 'utf8' },
      );
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    const cycles = output
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Record<string, { cycle: string }>)[LABELS]?.cycle);
    expect(cycles).toEqual(Array.from({ length: 2000 }, (_, cycle) => String(cycle)));
  });
});
