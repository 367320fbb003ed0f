import { minuteOf, sampleOf } from '../../poolCount.ts';
import type { Samples } from '../../port.ts';
import { sampled, spanEnd } from '../documents/sampled.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { samplesSince } from '../queries.ts';

export const samples = ({ store }: LedgerParts): Samples => ({
  write: (count) =>
    store.commit(async (session) => {
      const { at } = session.moment;
      const until = spanEnd(at);
      const id = String(until);
      const there = (await session.get(sampled, id))?.samples ?? [];
      if (there.some((sample) => minuteOf(sample.at) === minuteOf(at))) return;
      session.put(sampled, id, { until, samples: [...there, sampleOf(at, await count())] });
    }),
  read: (since) =>
    store.look(async (session) => {
      const found = await session.find(sampled, samplesSince(since));
      return found.flatMap(({ samples: some }) => some).filter(({ at }) => at >= since);
    }),
});
