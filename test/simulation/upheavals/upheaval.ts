import type { World } from '../world/world.ts';

/** Something that comes over a world once, beside its everyday faults. */
export interface Upheaval {
  /** Where a house's ledger is; default: in a memory that nobody else reaches. */
  readonly ledgerPath?: ((house: string) => string) | undefined;
  /** Before anything runs. */
  begin?(world: World): void;
  /** Before each step. */
  before?(world: World, step: number): Promise<void>;
  close?(): void;
}
