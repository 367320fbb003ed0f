import type { BoskosKind, SimulationOptions } from '../simulate.ts';
import { disclaimAll, restoring } from './restore.ts';
import { takeover } from './takeover.ts';
import type { Upheaval } from './upheaval.ts';

interface Kind {
  /** Over which worlds it can come. */
  readonly kinds: readonly BoskosKind[];
  readonly open: () => Upheaval;
}

/** What `--upheaval` takes. */
export const UPHEAVALS: Readonly<Record<string, Kind>> = {
  restore: { kinds: ['ranch', 'http'], open: () => restoring(disclaimAll) },
  takeover: { kinds: ['http'], open: takeover },
};

/** @param name null: none */
export function upheavalOf(name: string | null): Pick<SimulationOptions, 'upheaval'> {
  const kind = UPHEAVALS[name ?? ''];
  return kind === undefined ? {} : { upheaval: kind.open };
}
