import { SHOWN, SAMPLE_MS, type Sample } from '../../../shared/ledger/poolCount.ts';
import type { ConsoleParts } from '../parts.ts';
import { remembered } from '../remembered.ts';
import { needed } from './query.ts';

const DAY_MS = 24 * 3_600_000;
/** Points that a plot has at most: more than its width shows nobody sees. */
const POINTS = 288;

/** How full one pool was during the last day, thinned out. What one viewer asks for all see, until the next sample. */
export function createSamples({
  mason: { ledger },
  clock,
}: ConsoleParts): (query: URLSearchParams) => Promise<unknown> {
  const all = remembered(clock, SAMPLE_MS / 4, () => ledger.samples.read(clock.now() - DAY_MS));
  return async (query) => {
    const type = needed(query, 'type');
    const known = (await all.read()).filter(({ pools }) => Object.hasOwn(pools, type));
    const shown = thinned(known);
    return {
      type,
      at: shown.map(({ at }) => Math.round(at)),
      series: Object.fromEntries(
        SHOWN.map((what): [string, number[]] => [what, shown.map(({ pools }) => pools[type]?.[what] ?? 0)]),
      ),
    };
  };
}

/** Of each stretch of time the last one. */
function thinned(samples: readonly Sample[]): readonly Sample[] {
  const stretchMs = DAY_MS / POINTS;
  if (samples.length <= POINTS) return samples;
  return samples.filter(({ at }, index) => {
    const next = samples[index + 1];
    return next === undefined || Math.floor(next.at / stretchMs) !== Math.floor(at / stretchMs);
  });
}
