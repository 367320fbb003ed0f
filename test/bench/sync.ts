import { median, type BenchResult } from './bench.ts';
import { openNoopMason, type NoopMason } from './noopMason.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** A tick lasts a few milliseconds: what is compared is the median of so many. */
const TICKS = 51;
const ROUNDS = 11;
/** Members that go round between two ticks. */
const USED = 10;

/** One size's milliseconds. */
interface Measured {
  readonly size: number;
  readonly idle: number;
  readonly busy: number;
}

/** What a minute's tick costs, whatever the pool's size: when nothing is to be done, and when ten members are dirty. */
export async function sync(progress: (what: string) => void): Promise<BenchResult> {
  const measured: Measured[] = [];
  for (const size of SIZES) {
    progress(`${size} members`);
    measured.push(await measure(size));
  }
  return report(measured);
}

async function measure(size: number): Promise<Measured> {
  const plant = openNoopMason(size, ':memory:');
  try {
    await plant.tick();
    const free = await plant.free();
    if (free !== size) throw new Error(`only ${free} of ${size} became free`);
    const idle = await medianOf(TICKS, () => plant.tick());
    const busy = await medianOf(
      ROUNDS,
      () => plant.tick(),
      async () => {
        await plant.tick('janitor');
        await use(plant);
      },
    );
    return { size, idle, busy };
  } finally {
    await plant.close();
  }
}

/** Ten users take one each and give it back dirty. */
async function use({ mason: { users } }: NoopMason): Promise<void> {
  for (let user = 0; user < USED; user += 1) {
    const owner = `user-${user}`;
    const wanted = { type: 'virtual', state: 'free', dest: 'busy', owner, requestId: '' };
    const acquired = await users.acquire(wanted);
    if (acquired.kind !== 'acquired') throw new Error(`${owner} got ${acquired.kind}`);
    await users.release({ name: acquired.resource.name, dest: 'dirty', owner });
  }
}

/** @returns milliseconds of `work`; what comes `before` each is not counted */
async function medianOf(
  repeats: number,
  work: () => Promise<void>,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    await before();
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

function report(measured: readonly Measured[]): BenchResult {
  const [least, most] = [measured[0], measured.at(-1)];
  const growth = (of: 'idle' | 'busy'): number => (most?.[of] ?? Number.NaN) / (least?.[of] ?? Number.NaN);
  const limits = { idle: 2, busy: 2 };
  return {
    title: `One tick of sync with its whole way to free again, in memory, in ms: median of ${TICKS} and of ${ROUNDS}.`,
    columns: ['members', 'nothing to do', `${USED} are dirty`],
    rows: measured.map(({ size, idle, busy }) => [size, idle, busy]),
    findings: (['idle', 'busy'] as const).map((of) => ({
      text: `${of}: at ${most?.size} members ÷ at ${least?.size}: ${growth(of).toFixed(2)} (≤ ${limits[of]})`,
      ok: growth(of) <= limits[of],
    })),
  };
}
