import { startEmulator } from '../../../shared/cloud/emulators.ts';
import { median, type BenchResult } from '../bench.ts';
import { claimByMatcher, claimFreely, fulfilFreely, type MatcherMeasured } from './ledger.ts';
import { openStage, type Measured, type Stage } from './stage.ts';
import { claimByTransaction } from './transactions.ts';

const DOCUMENTS = 1_000;
const FEW = 50;
const MANY = 200;
/** One race lasts a second or two, and one differs from the next by half: what is compared is the median of so many. */
const RACES = 5;
/** The transaction claims less than one in ten seconds. */
const TRANSACTION_SECONDS = 60;

/** Every way to claim a free resource on Firestore, in one run on one emulator: only the ratios carry over. */
export async function claims(progress: (what: string) => void): Promise<BenchResult> {
  const emulator = await startEmulator('firestore', { projectId: 'bench' });
  try {
    progress('warming up');
    await on(emulator.host, FEW, claimFreely);
    await on(emulator.host, FEW, claimByMatcher);
    const races: Races[] = [];
    for (let round = 1; round <= RACES; round += 1) {
      progress(`the free path and the matcher, ${FEW} and ${MANY} claimers, ${round} of ${RACES}`);
      races.push(await raceEach(emulator.host));
    }
    progress(`a transaction, ${FEW} claimers, ${TRANSACTION_SECONDS} s`);
    const stage = await openStage(emulator.host, { free: DOCUMENTS, virtual: 0 });
    const naive = await claimByTransaction(stage, FEW, TRANSACTION_SECONDS);
    return report(naive, races);
  } finally {
    await emulator.stop();
  }
}

/** One after the other in each round, so that an emulator that gets faster or slower does so for all. */
async function raceEach(host: string): Promise<Races> {
  return {
    users50: await on(host, FEW, claimFreely),
    users200: await on(host, MANY, claimFreely),
    free50: await on(host, FEW, fulfilFreely),
    matched50: await on(host, FEW, claimByMatcher),
    free200: await on(host, MANY, fulfilFreely),
    matched200: await on(host, MANY, claimByMatcher),
  };
}

async function on<Result>(
  host: string,
  claimers: number,
  claim: (stage: Stage, claimers: number) => Promise<Result>,
): Promise<Result> {
  const stage = await openStage(host, { free: DOCUMENTS, virtual: claimers });
  try {
    return await claim(stage, claimers);
  } finally {
    await stage.ledger.close();
  }
}

interface Races {
  readonly users50: Measured;
  readonly users200: Measured;
  readonly free50: Measured;
  readonly matched50: MatcherMeasured;
  readonly free200: Measured;
  readonly matched200: MatcherMeasured;
}

function report(naive: Measured, races: readonly Races[]): BenchResult {
  const of = (design: keyof Races): readonly Measured[] => races.map((race) => race[design]);
  const free = [...of('users50'), ...of('users200'), ...of('free50'), ...of('free200')];
  const matched = races.flatMap(({ matched50, matched200 }) => [matched50, matched200]);
  const overNaive = median(of('users50').map(rate)) / rate(naive);
  const overFree = median(races.map(({ matched200, free200 }) => rate(matched200) / rate(free200)));
  const worst = Math.max(...free.map(({ attempts, claims: made }) => attempts / made));
  const overtakings = matched.reduce((sum, race) => sum + race.overtakings, 0);
  const doubles = [naive, ...free, ...matched].reduce(
    (sum, { names }) => sum + names.length - new Set(names).size,
    0,
  );
  return {
    title: `Claims of free resources on the Firestore emulator, ${DOCUMENTS} documents; medians of ${RACES} races. The rates are the emulator's; the ratios carry over.`,
    columns: ['design', 'claimers', 'claims', 'claims/s', 'attempts a claim'],
    rows: [
      row('transaction: query, limit 1', FEW, [naive]),
      row('free path, users', FEW, of('users50')),
      row('free path, users', MANY, of('users200')),
      row('free path, virtual resources', FEW, of('free50')),
      row('free path, virtual resources', MANY, of('free200')),
      row('matcher, virtual resources', FEW, of('matched50')),
      row('matcher, virtual resources', MANY, of('matched200')),
    ],
    findings: [
      {
        text: `at ${FEW} claimers the free path does ${times(overNaive)} what the transaction does (aim: 100)`,
        ok: overNaive >= 100,
      },
      {
        text: `at ${MANY} claimers the matcher does ${times(overFree)} what the free path does (aim: 2)`,
        ok: overFree >= 2,
      },
      { text: `${worst.toFixed(2)} attempts a claim at most (aim: 1.6)`, ok: worst <= 1.6 },
      { text: `${overtakings} waiters were overtaken (aim: 0)`, ok: overtakings === 0 },
      { text: `${doubles} resources were claimed twice (aim: 0)`, ok: doubles === 0 },
    ],
  };
}

const rate = ({ claims: made, seconds }: Measured): number => Math.max(made, 1) / seconds;
const times = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;

const row = (design: string, claimers: number, races: readonly Measured[]): BenchResult['rows'][number] => [
  design,
  claimers,
  median(races.map(({ claims: made }) => made)),
  median(races.map(rate)),
  median(races.map(({ attempts, claims: made }) => attempts / Math.max(made, 1))),
];
