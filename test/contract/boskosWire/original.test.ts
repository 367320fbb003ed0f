import { randomUUID } from 'node:crypto';

import { describe, test } from '@jest/globals';

import { openOriginalBoskos, type OriginalType } from '../../support/originalBoskos.ts';
import { describeQueue } from './queue.ts';
import { describeCalls } from './transcript.ts';
import { LIFESPAN_MS, walk, type Expected, type InWire, type Step } from './wire.ts';

/** The types that boskos-wire.md was captured with. */
const TYPES: readonly OriginalType[] = [
  { type: 'project', state: 'free', names: [0, 1, 2, 3, 4].map((n) => `conf-project-${n}`) },
  { type: 'cluster', state: 'dirty', minCount: 2, maxCount: 2, lifespanMs: LIFESPAN_MS },
  { type: 'ondemand', state: 'free', minCount: 0, maxCount: 2 },
  { type: 'other', state: 'dirty', minCount: 2, maxCount: 2 },
];

/** Of the transcript, what the model of the original is not held to, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'a path that is not clean is redirected, an escaped letter is that letter':
    'the model says no more than that it is redirected',
  '/acquirebystate takes all or, unlike the original, none': 'so Mason does; the original keeps what it took',
  'dynamic resources have UUIDs, and an end once they were released':
    'it asks /resources, which the original has not (see test/unit/boskos/http/originalBoskos.test.ts)',
  'request_id: a repeat, its reply lost, gets the same until it is touched':
    "so Mason's; the original gives another",
};

/** Where a caller stands in the line, Mason's own server alone tells. */
function withoutPlace(step: Step): Step {
  const bare = (expected: Expected): Expected => ({
    ...expected,
    headers: Object.fromEntries(
      Object.entries(expected.headers).filter(([name]) => !name.startsWith('mason-')),
    ),
  });
  return step.length === 2 ? [step[0], bare(step[1])] : [step[0], step[1], bare(step[2])];
}

const it: InWire = (what, body) => {
  if (what in LEFT_OUT) return;
  test(what, async () => {
    let now = Date.UTC(2026, 10, 22, 13, 22, 58);
    const model = await openOriginalBoskos({
      types: TYPES,
      now: () => now,
      newName: () => randomUUID(),
      queues: true,
    });
    try {
      await body({
        base: model.url,
        log: [],
        walk: (...steps) => walk(model.url, steps.map(withoutPlace)),
        advance: (ms) => {
          now += ms;
        },
      });
    } finally {
      await model.close();
    }
  });
};

describe("Boskos's wire on the model of the original", () => {
  describeCalls(it);
  describeQueue(it);
});
