import type { Dice } from '../core/dice.ts';
import type { FateWeights } from '../core/fates.ts';

/** What a step does. */
export const ACTS = [
  'goOn',
  'deliver',
  'repeat',
  'drop',
  'tick',
  'passMoment',
  'passMinute',
  'passLong',
  'crash',
  'pause',
  'resume',
  'start',
  'configure',
  'order',
  'retry',
  'hold',
  'wake',
  'acquire',
  'acquireParts',
  'release',
  'heartbeat',
  'vanish',
  'reset',
] as const;
export type Act = (typeof ACTS)[number];

/** What one seed's world is like: no two are alike, so that rare things come together (swarm testing). */
export interface Swarm {
  readonly acts: Readonly<Record<Act, number>>;
  readonly fates: FateWeights;
  /** Of calls at which a fault tells more. */
  readonly oftenFates: FateWeights;
  /** Of what Masonables and cleaners call: in some worlds it mostly takes longer than a claim holds. */
  readonly outsideFates: FateWeights;
  /** Of calls that are seldom made. */
  readonly rareFates: FateWeights;
  readonly instances: number;
  readonly notYet: number;
  /** Whether all messages are lost when the faults stop. */
  readonly losesAll: boolean;
  readonly killer: string | null;
  /** How long (ms) each construct takes, over many runs; 0: no longer than its calls. */
  readonly slowMs: number;
  /** Over HTTP: whether a second Mason works on the same server. */
  readonly hasRival: boolean;
  /** Over HTTP: whether the server has no reaper, so that Mason itself must find all that it lost. */
  readonly lacksReaper: boolean;
}

const COMMON: Readonly<Record<Act, number>> = {
  goOn: 30,
  deliver: 40,
  repeat: 3,
  drop: 2,
  tick: 6,
  passMoment: 8,
  passMinute: 6,
  passLong: 1,
  crash: 1,
  pause: 2,
  resume: 3,
  start: 1,
  configure: 2,
  order: 2,
  retry: 1,
  hold: 1,
  wake: 1,
  acquire: 10,
  acquireParts: 3,
  release: 8,
  heartbeat: 5,
  vanish: 1,
  reset: 2,
};

/** Without these nothing ever goes on. */
const NEEDED: readonly Act[] = ['goOn', 'deliver', 'tick', 'passMoment', 'passMinute', 'acquire', 'release'];

/** Longer than a lease expiry. */
const SLOW_MS = 2_700_000;

/** How often a call in a world of sleepy instances is the last of one for a while. */
const SLEEPY = 0.03;

/** How much oftener. */
const OFTEN = 3;
const RARELY = 20;
const MORTALLY = 4;

export function drawSwarm(dice: Dice): Swarm {
  const acts = Object.fromEntries(
    ACTS.map((act) => {
      const isOff = !NEEDED.includes(act) && dice.chance(0.35);
      return [act, isOff ? 0 : COMMON[act] * (0.3 + 1.7 * dice.number())];
    }),
  ) as Record<Act, number>;
  const rate = dice.pick([0, 0.01, 0.03, 0.08, 0.2]);
  const often = (): number => (dice.chance(0.5) ? 0 : rate * dice.number());
  const delay = dice.pick([0, 0.02, 0.1, 0.3]);
  const fates: FateWeights = {
    go: 1,
    park: delay * dice.number(),
    slow: delay * dice.number(),
    refuse: often(),
    lose: often(),
    twice: often(),
    crash: often() / 2,
    crashAfter: often() / 2,
    pause: often() / 2,
    pauseAfter: often() / 2,
  };
  // In some worlds instances often stand still in the middle of a run, for longer than its claim holds.
  const sleeps = dice.chance(0.15) ? { pause: SLEEPY, pauseAfter: SLEEPY } : {};
  const oftenFates = { ...fates, go: 1 / OFTEN, ...sleeps };
  return {
    acts,
    fates,
    oftenFates,
    rareFates: {
      ...fates,
      ...{ go: 1 / RARELY, crash: MORTALLY * fates.crash, crashAfter: MORTALLY * fates.crashAfter },
    },
    outsideFates: dice.chance(0.2) ? { ...oftenFates, park: 0.5, slow: 0.5 } : oftenFates,
    instances: 1 + dice.below(3),
    notYet: dice.pick([0, 0, 0.3]),
    losesAll: dice.chance(0.5),
    killer: dice.chance(0.05) ? 'cluster' : null,
    hasRival: dice.chance(0.3),
    slowMs: dice.chance(0.03) ? SLOW_MS : 0,
    lacksReaper: dice.chance(0.3),
  };
}
