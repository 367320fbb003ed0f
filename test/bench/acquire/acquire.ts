import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median, type BenchResult } from '../bench.ts';
import { startBoskos, type BoskosServer } from './boskosServer.ts';
import { load, type Figures } from './load.ts';

const SIZES = [10, 1_000, 10_000];
const CLIENTS = [1, 16];
const KINDS = [':memory:', 'durable'] as const;
/** In each round every size has its turn, so that a busy moment of the machine spoils a round, not a size. */
const ROUNDS = 7;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 1_000;

const GROWTH_AIM = 1.3;
const PAIRS_AIM = { ':memory:': 1_500, durable: 400 } as const;

interface Measured extends Figures {
  readonly kind: (typeof KINDS)[number];
  readonly size: number;
  readonly clients: number;
}

/** p50 of /acquire and the rate of acquire+release over loopback, the server in a process of its own. */
export async function acquire(progress: (what: string) => void): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mason-bench-acquire-'));
  try {
    const measured: Measured[] = [];
    for (const kind of KINDS) measured.push(...(await measureKind(kind, { folder, progress })));
    return report(measured);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureKind(
  kind: Measured['kind'],
  { folder, progress }: { readonly folder: string; readonly progress: (what: string) => void },
): Promise<Measured[]> {
  progress(`${kind}: starting a server for each size`);
  const servers: (BoskosServer & { size: number })[] = [];
  for (const size of SIZES) {
    const data = kind === ':memory:' ? kind : join(folder, String(size));
    servers.push({ size, ...(await startBoskos({ folder, data, size })) });
  }
  const figures: Measured[] = [];
  for (const { port } of servers) await load({ port, clients: 4, ms: WARM_UP_MS });
  for (let round = 1; round <= ROUNDS; round += 1) {
    progress(`${kind}: round ${round} of ${ROUNDS}`);
    for (const clients of CLIENTS) {
      for (const { size, port } of servers) {
        const measured = await load({ port, clients, ms: MEASURED_MS });
        if (measured.failed > 0) throw new Error(`${kind}, ${size}: ${measured.failed} calls failed`);
        figures.push({ kind, size, clients, ...measured });
      }
    }
  }
  await Promise.all(servers.map((server) => server.close()));
  return figures;
}

// ---- what it says

function report(rounds: readonly Measured[]): BenchResult {
  const of: Lookup = (kind, size, clients) => {
    const same = rounds.filter((one) => one.kind === kind && one.size === size && one.clients === clients);
    return { p50: median(same.map(({ p50 }) => p50)), pairs: median(same.map(({ pairs }) => pairs)) };
  };
  return {
    title: `Over loopback HTTP, server and clients in processes of their own: median of ${ROUNDS} rounds.`,
    columns: [
      'free resources',
      'ledger',
      'p50 of an acquire, 1 client (ms)',
      'the same, 16 clients (ms)',
      'pairs/s, 1 client',
      'pairs/s, 16 clients',
    ],
    rows: KINDS.flatMap((kind) =>
      SIZES.map((size) => {
        const [one, many] = [of(kind, size, 1), of(kind, size, 16)];
        const figures = [one.p50, many.p50, one.pairs, many.pairs].map(toThree);
        return [size, kind, ...figures];
      }),
    ),
    findings: KINDS.flatMap((kind) => [
      ...CLIENTS.map((clients) => growth(kind, clients, of)),
      ...SIZES.map((size) => rate(kind, size, of)),
    ]),
  };
}

/** Three digits that say something. */
const toThree = (value: number): number => Number(value.toPrecision(3));

type Lookup = (kind: Measured['kind'], size: number, clients: number) => Pick<Figures, 'p50' | 'pairs'>;
type Finding = BenchResult['findings'][number];

function growth(kind: Measured['kind'], clients: number, of: Lookup): Finding {
  const times = of(kind, 10_000, clients).p50 / of(kind, 10, clients).p50;
  const text = `${kind}, ${clients} clients: p50 at 10,000 ÷ at 10: ${times.toFixed(2)} (≤ ${GROWTH_AIM})`;
  return { text, ok: times <= GROWTH_AIM };
}

function rate(kind: Measured['kind'], size: number, of: Lookup): Finding {
  const { pairs } = of(kind, size, 16);
  const aim = PAIRS_AIM[kind];
  return { text: `${kind}, 16 clients at ${size}: ${pairs.toFixed(0)} pairs/s (≥ ${aim})`, ok: pairs >= aim };
}
