import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { jsonLog } from '../../../shared/runtime/jsonLog.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';

describe('a deployed function’s log', () => {
  const written: string[] = [];
  beforeEach(() => {
    written.length = 0;
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('is one JSON object a line, whatever the message holds', () => {
    const entries: LogEntry[] = [
      { severity: 'INFO', event: 'freed', message: 'cluster-1: free done', resource: 'cluster-1', cycle: 3 },
      { severity: 'ERROR', event: 'failed', message: 'two\nlines "quoted" 💥\u2028', phase: 'clean' },
    ];
    for (const entry of entries) jsonLog(entry);
    expect(written.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual(entries);
  });
});
