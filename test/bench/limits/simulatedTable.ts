import type { BenchResult, Cell, Table } from '../bench.ts';
import type { Simulated } from './simulated.ts';
import type { Rate, Spread } from './watch.ts';

const MINUTE_MS = 60_000;
/** Entries a second in one place of an index. */
const AIM_ENTRIES = 500;
/** By how much more may be on its way at the end than at the beginning: chance alone moves it. */
const CHANCE = 1.1;

export function simulatedTable(runs: ReadonlyMap<string, Simulated>): Table {
  const line = (what: string, cell: (run: Simulated) => Cell): readonly Cell[] => [
    what,
    ...[...runs.values()].map(cell),
  ];
  return {
    title:
      'Minutes with 1,000 cycles each, simulated: s are seconds, p50 / p99; rates are a second, mean / busiest ten / busiest one.',
    columns: ['simulated', ...runs.keys()],
    rows: [
      line('from release until it is taken, s', ({ watched }) => inSeconds(watched.untilTaken)),
      line('from there until free, no-op construct, s', ({ watched }) => inSeconds(watched.quick)),
      line('the same, construct of 90 s by "not yet", without it, s', ({ watched }) =>
        inSeconds(watched.slow),
      ),
      line('a tick of sync, s', (run) => inSeconds(tickOf(run))),
      line('a run of clean, s', ({ watched }) => inSeconds(watched.invocations.get('clean') ?? NOTHING)),
      line('messages a minute', ({ watched }) => Math.round(watched.messages)),
      line('members on their way at the beginning, at the end', ({ unready }) => unready.join(', ')),
      line('messages waiting at the end, given up', ({ backlog, dead }) => `${backlog}, ${dead}`),
      line('acquires turned away', ({ turnedAway }) => turnedAway),
      line('commits', ({ watched }) => rates(watched.commits)),
      line('documents written', ({ watched }) => rates(watched.documents)),
      line('entries into resources(dueAt)', ({ watched }) => rates(watched.due)),
      line('writes of the busiest slots document', ({ watched }) => rates(watched.shared)),
      line('commits refused for each that took a slot', ({ watched: { refused, sharing } }) =>
        sharing === 0 ? 0 : refused / sharing,
      ),
      line("between two writes of a member's document, s", ({ watched }) => inSeconds(watched.gaps)),
    ],
  };
}

export function findInMinutes(runs: ReadonlyMap<string, Simulated>): BenchResult['findings'] {
  return [...runs].flatMap(([name, run]) => {
    const { unready, backlog, dead, watched, load } = run;
    const tick = tickOf(run);
    const types = 2 * load.shape.types;
    return [
      {
        text: `${name}: ${unready[0]} members on their way, ${unready[1]} after ${load.minutes} minutes (≤ ${CHANCE} times), ${backlog} messages waiting`,
        ok: unready[1] <= unready[0] * CHANCE && backlog === 0,
      },
      {
        text: `${name}: ${dead} messages given up, ${watched.failed} runs failed (none)`,
        ok: dead === 0 && watched.failed === 0,
      },
      {
        text: `${name}: a tick of sync with ${types} types takes ${seconds(tick.p50)} s (< 60); at this rate ${Math.floor((types * MINUTE_MS) / tick.p50)} types fill the minute`,
        ok: tick.p99 < MINUTE_MS,
      },
      {
        text: `${name}: ${Math.round(watched.due.mean)} entries a second into resources(dueAt), ${Math.round(watched.due.peakOfTen)} over the busiest ten seconds (≤ ${AIM_ENTRIES})`,
        ok: watched.due.peakOfTen <= AIM_ENTRIES,
      },
    ];
  });
}

const NOTHING: Spread = { p50: 0, p99: 0, count: 0 };
const tickOf = ({ watched }: Simulated): Spread => watched.invocations.get('sync') ?? NOTHING;

const seconds = (ms: number): string => (ms / 1_000).toFixed(ms < 1_000 ? 2 : 1);
const inSeconds = ({ p50, p99 }: Spread): string => `${seconds(p50)} / ${seconds(p99)}`;
const rates = ({ mean, peakOfTen, peak }: Rate): string =>
  [mean, peakOfTen, peak].map((rate) => (rate < 10 ? rate.toFixed(1) : String(Math.round(rate)))).join(' / ');
