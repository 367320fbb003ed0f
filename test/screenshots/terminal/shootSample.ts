import { join } from 'node:path';

import { isFree, openSampleProject, readRecords, type Sample } from '../../local/sample.ts';
import { PATH, root } from '../../local/processes.ts';
import { inTerminal, type Command, type InTerminal } from './inTerminal.ts';
import { renderSvg } from './renderSvg.ts';
import type { Run, Size } from './screen.ts';

/** Of a reader's terminal: wide enough for each line, and as high as the last steps of the sample need. */
const SIZE: Size = { columns: 100, rows: 46 };
/** No line is wrapped because the folder of this run has a long name; what is left of it in the picture fits. */
const WIDE: Size = { columns: 200, rows: 50 };
const HOME = '/home/me/serverless-mason';
const USUAL_PORT = 8377;
const CTRL_C = '\u0003';
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What people see who try the sample. */
export interface SampleShots {
  /** `npm start`, when all is ready. */
  readonly start: string;
  /** `mason status` of one of its members. */
  readonly status: string;
}

/** Runs the sample in terminals, as SVG. */
export async function shootSample(): Promise<SampleShots> {
  const sample = await openSampleProject();
  const running: InTerminal[] = [];
  const endAll = (): Promise<unknown> => Promise.all(running.map((one) => one.kill()));
  // Who waits for one of them then fails, and cleans up.
  const stop = (): void => void endAll();
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    const port = await findPort(USUAL_PORT);
    const open = (size: Size, program: string, ...argv: string[]): InTerminal => {
      const opened = inTerminal(commandIn(sample, { program, argv, port }), size);
      running.push(opened);
      return opened;
    };
    const shoot = ({ screen }: InTerminal, title: string): string =>
      renderSvg(asAtHome(screen.lines(), { sample, port }), { title, columns: SIZE.columns });

    const mason = open(SIZE, 'local.js', '--port', String(port));
    await mason.shows(/notes-service +3 +3 [^]*Every pool is at its size/);
    const start = shoot(mason, 'npm start');
    const name = await nameOfOne(sample);
    const status = open(WIDE, 'mason.js', 'status', name, '--userdata');
    await mustEnd(status);
    mason.type(CTRL_C);
    await mustEnd(mason);
    return { start, status: shoot(status, `npx mason status ${name} --userdata`) };
  } finally {
    await endAll();
    await sample.close();
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

type Place = Pick<Sample, 'folder' | 'data'>;

interface Call {
  /** Of dist. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly port: number;
}

function commandIn({ folder }: Place, { program, argv, port }: Call): Command {
  const flags = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  return {
    argv: [process.execPath, ...flags, join(root, 'dist', program), ...argv],
    cwd: folder,
    env: { ...env, PATH, MASON_URL: `http://127.0.0.1:${port}` },
  };
}

/** The usual one, or one that is as long. */
async function findPort(from: number): Promise<number> {
  return (await isFree(from)) ? from : findPort(from + 1);
}

async function nameOfOne({ data }: Place): Promise<string> {
  const found = (await readRecords(data)).find(({ type }) => type === 'notes-service');
  if (found === undefined) throw new Error('there is no notes-service in the ledger');
  return found.name;
}

async function mustEnd(program: InTerminal): Promise<void> {
  const code = await program.ended;
  if (code !== 0) throw new Error(`it ended with ${code}`);
}

/** As it looks in a reader's folder, on the port that a reader gets. */
function asAtHome(
  lines: readonly (readonly Run[])[],
  { sample, port }: { readonly sample: Place; readonly port: number },
): readonly (readonly Run[])[] {
  return lines.map((runs) =>
    runs.map((run) => ({
      ...run,
      text: run.text.replaceAll(sample.folder, HOME).replaceAll(`:${port}`, `:${USUAL_PORT}`),
    })),
  );
}
