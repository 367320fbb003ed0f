import type { Paint } from '../local/view/paint.ts';

/** What the command touches of the world. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Writes it in the place of what it wrote before; null: it is no terminal. */
  readonly redraw: ((text: string) => void) | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Working directory. */
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Width of what is written to. */
  readonly columns: number;
  readonly paint: Paint;
}
