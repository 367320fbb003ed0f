import { startEmulator } from '../../../shared/cloud/emulators.ts';
import type { BenchResult } from '../bench.ts';
import { claimByMatcher, claimFreely, fulfilFreely, type MatcherMeasured } from './ledger.ts';
import { openStage, type Measured, type Stage } from './stage.ts';
import { claimByTransaction } from './transactions.ts';

const DOCUMENTS = 1_000;
const FEW = 50;
const MANY = 200;
/** The transaction claims less than one in ten seconds. */
const TRANSACTION_SECONDS = 60;

/** Every way to claim a free resource on Firestore, in one run on one emulator: only the ratios carry over. */
export async function claims(progress: (what: string) => void): Promise<BenchResult> {
  const emulator = await startEmulator('firestore', { projectId: 'bench' });
  try {
    progress('warming up');
    await on(emulator.host, FEW, claimFreely);
    await on(emulator.host, FEW, claimByMatcher);
    progress(`the free path, ${FEW} and ${MANY} users`);
    const users50 = await on(emulator.host, FEW, claimFreely);
    const users200 = await on(emulator.host, MANY, claimFreely);
    progress(`the free path, ${FEW} and ${MANY} virtual resources`);
    const free50 = await on(emulator.host, FEW, fulfilFreely);
    const free200 = await on(emulator.host, MANY, fulfilFreely);
    progress(`the matcher, ${FEW} and ${MANY} virtual resources`);
    const matched50 = await on(emulator.host, FEW, claimByMatcher);
    const matched200 = await on(emulator.host, MANY, claimByMatcher);
    progress(`a transaction, ${FEW} claimers, ${TRANSACTION_SECONDS} s`);
    const stage = await openStage(emulator.host, { free: DOCUMENTS, virtual: 0 });
    const naive = await claimByTransaction(stage, FEW, TRANSACTION_SECONDS);
    return report({ naive, users50, users200, free50, free200, matched50, matched200 });
  } finally {
    await emulator.stop();
  }
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

interface Results {
  readonly naive: Measured;
  readonly users50: Measured;
  readonly users200: Measured;
  readonly free50: Measured;
  readonly free200: Measured;
  readonly matched50: MatcherMeasured;
  readonly matched200: MatcherMeasured;
}

function report({ naive, users50, users200, free50, free200, matched50, matched200 }: Results): BenchResult {
  const all = [naive, free50, free200, matched50, matched200];
  const overNaive = rate(users50) / rate(naive);
  const overFree = rate(matched200) / rate(free200);
  const worst = Math.max(
    ...[users50, users200, free50, free200].map(({ attempts, claims: made }) => attempts / made),
  );
  const overtakings = matched50.overtakings + matched200.overtakings;
  const doubles = all.reduce((sum, { names }) => sum + names.length - new Set(names).size, 0);
  return {
    title: `Claims of free resources on the Firestore emulator, ${DOCUMENTS} documents. The rates are the emulator's; the ratios carry over.`,
    columns: ['design', 'claimers', 'claims', 'claims/s', 'attempts a claim'],
    rows: [
      row('transaction: query, limit 1', FEW, naive),
      row('free path, users', FEW, users50),
      row('free path, users', MANY, users200),
      row('free path, virtual resources', FEW, free50),
      row('free path, virtual resources', MANY, free200),
      row('matcher, virtual resources', FEW, matched50),
      row('matcher, virtual resources', MANY, matched200),
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

const row = (design: string, claimers: number, measured: Measured): BenchResult['rows'][number] => [
  design,
  claimers,
  measured.claims,
  measured.claims / measured.seconds,
  measured.attempts / Math.max(measured.claims, 1),
];
