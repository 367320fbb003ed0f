import { z } from 'zod';

import type { Program } from './program.ts';

const Deadlock = z.strictObject({ trials: z.int(), stuck: z.int(), turns: z.array(z.int()) });
const Starved = z.strictObject({ others: z.int(), freed: z.array(z.int()) });
const Killed = z.strictObject({
  members: z.int(),
  stranded: z.array(z.int()),
  afterReaper: z.array(z.int()),
});

export interface Faults {
  /** Two types that need the same, each with a Mason of its own. */
  readonly twoMasons: z.infer<typeof Deadlock>;
  /** The same two types with one Mason, which fulfils one resource at a time. */
  readonly oneMason: z.infer<typeof Deadlock>;
  readonly starved: z.infer<typeof Starved>;
  readonly killed: z.infer<typeof Killed>;
}

/** What stops the original's Mason, and how often it does. */
export async function measureFaults(program: Program): Promise<Faults> {
  return {
    twoMasons: await program.result(Deadlock, 'deadlock', ['-masons', '2', '-trials', '20']),
    oneMason: await program.result(Deadlock, 'deadlock', ['-masons', '1', '-trials', '5']),
    starved: await program.result(Starved, 'starved', ['-size', '20', '-trials', '5']),
    killed: await program.result(Killed, 'killed', ['-size', '40', '-construct', '1s', '-trials', '5']),
  };
}
