import type { BenchResult, Cell } from '../bench.ts';
import type { Acquires, Server } from './acquires.ts';
import type { Faults } from './faults.ts';
import type { Rates } from './rates.ts';

/** Size → what was measured. */
export interface Speed {
  readonly rates: ReadonlyMap<number, Rates>;
  readonly acquires: ReadonlyMap<number, Readonly<Record<Server, Acquires>>>;
}

interface Measured extends Speed {
  readonly faults: Faults;
  /** Seconds at which each of a few resources became free with the default periods. */
  readonly defaults: readonly number[];
}

export function report(measured: Measured): BenchResult {
  return {
    title:
      'The original (Go) and this project on one machine in one run, medians. The original is all in memory of one process, and gets its lists as from the cache that it has in Kubernetes, or, at its best, as fast as its interface admits.',
    columns: [
      'what',
      'original, cached',
      'original, at its best',
      'this project, in memory',
      'this project, durable',
      'in memory ÷ original at its best',
      'durable ÷ original at its best',
    ],
    rows: [...rateRows(measured), ...acquireRows(measured)],
    more: [
      {
        title: 'What stops the original, with the quick store: how fast a list is does not decide it.',
        columns: ['what', 'the original'],
        rows: faultRows(measured),
      },
    ],
    findings: [...speedFindings(measured), ...faultFindings(measured)],
  };
}

function rateRows({ rates }: Speed): Cell[][] {
  return [...rates].map(([size, rate]) => [
    `dirty to free, ${size} resources (1/s)`,
    ...[rate.cached, rate.quick, rate.memory, rate.durable].map(shown),
    ...[rate.memory / rate.quick, rate.durable / rate.quick].map(shown),
  ]);
}

function acquireRows({ acquires }: Speed): Cell[][] {
  return [...acquires].flatMap(([size, of]) => {
    const line = (what: string, figure: (server: Server) => number): Cell[] => [
      `${what}, ${size} free`,
      ...(['cached', 'quick', 'memory', 'durable'] as const).map((server) => shown(figure(server))),
    ];
    const compared = (what: string, figure: (server: Server) => number): Cell[] => [
      ...line(what, figure),
      ...(['memory', 'durable'] as const).map((server) => shown(figure(server) / figure('quick'))),
    ];
    return [
      compared('an acquire, 1 client (ms)', (server) => of[server].p50),
      compared('acquire and release, 16 clients (pairs/s)', (server) => of[server].pairs),
      [...line('of these calls answered with 500 (‰)', (server) => of[server].failedPerMille), '', ''],
    ];
  });
}

function faultRows({ faults: { twoMasons, oneMason, starved, killed }, defaults }: Measured): Cell[][] {
  const line = (what: string, found: string): Cell[] => [what, found];
  return [
    line('default periods: free after (s)', defaults.map((seconds) => seconds.toFixed(1)).join(', ')),
    line('two types with the same needs, a Mason each', `${twoMasons.stuck} of ${twoMasons.trials} deadlock`),
    line('turns taken before that', twoMasons.turns.join(', ')),
    line('two types with the same needs, one Mason', `${oneMason.stuck} of ${oneMason.trials} deadlock`),
    line(`beside a starved type, free of ${starved.others} others`, starved.freed.join(', ')),
    line(`kill -9 in constructs, stranded of ${killed.members}`, killed.stranded.join(', ')),
    line("the same, after the reaper's expiry", killed.afterReaper.join(', ')),
  ];
}

type Finding = BenchResult['findings'][number];

function speedFindings({ rates, acquires }: Speed): Finding[] {
  const faster = [...rates].map(([size, { quick, durable }]) => ({
    text: `dirty to free at ${size}: durable, ${(durable / quick).toFixed(1)} times the original's rate at its best (> 1)`,
    ok: durable > quick,
  }));
  // With few resources a list costs next to nothing, and a durable ledger waits for the disk: no aim there.
  const large = [...acquires].filter(([size]) => size >= 1_000);
  return [
    ...faster,
    ...large.map(([size, of]) => ({
      text: `an acquire at ${size}: durable, ${(of.quick.p50 / of.durable.p50).toFixed(1)} times as fast as the original at its best (> 1)`,
      ok: of.quick.p50 > of.durable.p50,
    })),
  ];
}

/** `ok`: as the README says of the original. */
function faultFindings({ faults: { twoMasons, oneMason, starved, killed }, defaults }: Measured): Finding[] {
  const [first = Number.NaN, last = Number.NaN] = [defaults[0], defaults.at(-1)];
  const each = (last - first) / (defaults.length - 1);
  const most = Math.max(...starved.freed);
  const [fewest, worst] = [Math.min(...killed.stranded), Math.max(...killed.stranded)];
  return [
    {
      text: `original: with its default periods one resource in ${each.toFixed(1)} s`,
      ok: Math.abs(each - 15) < 1,
    },
    {
      text: `original: ${twoMasons.stuck} of ${twoMasons.trials} trials deadlocked with a Mason for each type, ${oneMason.stuck} of ${oneMason.trials} with one for both`,
      ok: twoMasons.stuck === twoMasons.trials,
    },
    {
      text: `original: beside a starved type at most ${most} of ${starved.others} became free`,
      ok: most <= 1,
    },
    { text: `original: kill -9 stranded ${fewest} to ${worst} of ${killed.members}`, ok: fewest > 0 },
    {
      text: `original: of these, still stranded after its reaper's expiry (30 min by default): ${Math.max(...killed.afterReaper)}`,
      ok: Math.max(...killed.afterReaper) === 0,
    },
  ];
}

/** Three digits that say something. */
const shown = (value: number): number => Number(value.toPrecision(3));
