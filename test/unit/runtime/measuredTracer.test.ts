import { expect, test } from '@jest/globals';

import type { LogEntry } from '../../../shared/runtime/log.ts';
import { logRun, measuredTracer, type MeasuredRun } from '../../../shared/runtime/measuredTracer.ts';
import { silentTracer, type SpanNotes } from '../../../shared/runtime/tracer.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';

function measuring() {
  const runs: MeasuredRun[] = [];
  let now = 0;
  const clock = { monotonic: () => now };
  const tracer = measuredTracer(silentTracer(systemRandom), { clock, onRun: (run) => runs.push(run) });
  const trace = (...notes: readonly SpanNotes[]) =>
    tracer.trace({ name: 'mason.clean', parent: null }, async ({ note }) => {
      now += 1_500;
      for (const one of notes) note(one);
      return 'done';
    });
  return { runs, trace, tracer };
}

test('a run of a phase is told with how long it took, and its result passes through', async () => {
  const { runs, trace } = measuring();
  const labels = { resource: 'c-1', type: 'cluster', phase: 'clean', cycle: 3 };
  expect(await trace(labels, { outcome: 'constructed' })).toBe('done');
  expect(runs).toEqual([{ phase: 'clean', type: 'cluster', outcome: 'constructed', durationMs: 1_500 }]);
});

test.each<[string, SpanNotes]>([
  ['a message that came late', { resource: 'c-1', phase: 'clean', outcome: 'refused' }],
  ['a tick', { outcome: 'ticked' }],
  ['a span without notes', {}],
])('%s is no run', async (_, notes) => {
  const { runs, trace } = measuring();
  await trace(notes);
  expect(runs).toEqual([]);
});

test('what is thrown passes through, and is not told', async () => {
  const { runs, tracer } = measuring();
  const failing = tracer.trace({ name: 'mason.clean', parent: null }, ({ note }) => {
    note({ type: 'cluster', phase: 'clean' });
    return Promise.reject(new Error('the ledger is away'));
  });
  await expect(failing).rejects.toThrow('the ledger is away');
  expect(runs).toEqual([]);
});

test('in the log a run is a line with its figures', () => {
  const log: LogEntry[] = [];
  const run = { phase: 'clean', type: 'cluster', outcome: 'constructed', durationMs: 1_500.4 };
  logRun((entry) => log.push(entry))(run);
  expect(log).toEqual([
    {
      severity: 'DEBUG',
      event: 'phase-run',
      message: 'clean of cluster: constructed after 1500 ms',
      phase: 'clean',
      type: 'cluster',
      figures: { outcome: 'constructed', durationMs: 1_500.4 },
    },
  ]);
});
