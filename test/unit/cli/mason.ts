import type { Io } from '../../../shared/cli/io.ts';
import { runCommand } from '../../../shared/cli/runCommand.ts';
import { unpainted } from '../../../shared/local/view/paint.ts';

interface Written {
  out: string;
  err: string;
}

export interface Ran extends Readonly<Written> {
  readonly code: number;
}

/** Keeps what is written: no terminal, 100 columns, no colours. */
export const ioInto = (written: Written, environment: Io['environment'] = {}): Io => ({
  out: (text) => (written.out += text),
  err: (text) => (written.err += text),
  redraw: null,
  environment,
  directory: process.cwd(),
  now: () => Date.now(),
  columns: 100,
  paint: unpainted,
});

/** The `mason` command in this process. */
export async function mason(argv: readonly string[], environment: Io['environment'] = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const code = await runCommand(argv, ioInto(written, environment));
  return { code, ...written };
}
