import type { Ledger } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import type { Stage } from '../core/stage.ts';

const MINUTE_MS = 60_000;

/** A person sets something aside to look at it, or lets it go again. */
export async function holdSome(
  stage: Stage,
  { holds }: Ledger,
  records: readonly ResourceRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const { dice } = stage;
  const held = records.filter(({ hold }) => hold !== null);
  const { name } = dice.pick(held.length > 0 && dice.chance(0.6) ? held : records);
  const forMs = MINUTE_MS * (1 + dice.below(30));
  const done = dice.chance(0.6)
    ? await holds.begin(name, { forMs, reason: 'to look' })
    : await holds.release(name, dice.chance(0.5) ? 'free' : 'dirty');
  stage.tell(`a person looks at ${name}: ${done.kind}`);
}

/** They have seen enough. */
export async function endHolds({ holds, views }: Ledger): Promise<void> {
  for (const { name, hold } of await views.records({ limit: 1_000 }))
    if (hold !== null) await holds.release(name, 'free');
}
