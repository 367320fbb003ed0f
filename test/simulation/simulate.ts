import type { Coverage } from './core/coverage.ts';
import { Dice } from './core/dice.ts';
import type { FateWeights } from './core/fates.ts';
import type { Sabotage } from './core/house.ts';
import type { Instance } from './core/instance.ts';
import { Stage } from './core/stage.ts';
import { actOnStage, someRunning, type StageAct } from './core/stageActs.ts';
import { pickConfigs, type ConfigTexts } from './world/configs.ts';
import { healHttp } from './world/healHttp.ts';
import { healRanch } from './world/healRanch.ts';
import { pickHttpConfigs } from './world/httpConfigs.ts';
import { HttpWorld } from './world/httpWorld.ts';
import { RanchWorld } from './world/ranchWorld.ts';
import { drawSwarm, type Act, type Swarm } from './world/swarm.ts';
import type { World } from './world/world.ts';

export type BoskosKind = 'ranch' | 'http';

export interface SimulationOptions {
  readonly seed: number;
  readonly boskos: BoskosKind;
  readonly steps: number;
  /** Whether a trace is wanted. */
  readonly traces?: boolean;
  /** Steps that are left out, and steps in which nothing fails: for a shorter trace of the same violation. */
  readonly without?: ReadonlySet<number>;
  readonly muted?: ReadonlySet<number>;
  readonly sabotage?: Sabotage;
}

export interface SimulationResult {
  /** What broke; null: nothing. */
  readonly violation: string | null;
  /** The step in which it did; `steps` if things didn't come right in the end. */
  readonly step: number;
  readonly lines: readonly string[];
  readonly coverage: Coverage;
}

export const DEFAULT_STEPS = 120;

/** Calls that change what others see: a fault there tells more than one while something is read. */
const MATTERS =
  /^(boskos|loans)[.](?!metric|held)|^claims[.](claim|settle|renew)|^users[.]|grantAll|Matcher|publish|take|keepSize/;
const RARE = /^boskos[.]acquireByState$|^loans[.](disown|surrender)$|^queue[.]recall$|nextForSlot/;
const OUTSIDE = /^(masonable|cleaner)[.]/;

function weightsOf(call: string, { fates, oftenFates, outsideFates, rareFates }: Swarm): FateWeights {
  if (RARE.test(call)) return rareFates;
  if (OUTSIDE.test(call)) return outsideFates;
  return MATTERS.test(call) ? oftenFates : fates;
}

/** One life of a world: so many steps of whatever the seed decides, then all faults stop and all must come right. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, steps } = options;
  const dice = new Dice(seed);
  const swarm = drawSwarm(dice);
  const stage = new Stage({
    seed,
    weights: ({ name }) => weightsOf(name, swarm),
    traces: options.traces === true,
  });
  const { world, heal } = openWorld(stage, { ...options, dice, swarm });
  try {
    for (let count = 0; count < swarm.instances + (swarm.hasRival ? 1 : 0); count += 1) world.start();
    const step = await live(world, swarm, options);
    if (stage.violation === null) await endWell({ world, heal }, swarm);
    return {
      violation: stage.violation,
      step: Math.min(step, steps),
      lines: stage.lines,
      coverage: stage.coverage.all,
    };
  } finally {
    await world.close();
  }
}

interface Opened {
  readonly world: World;
  /** From now on everybody does what he should. @returns what doesn't come right, a line each */
  readonly heal: () => Promise<readonly string[]>;
}

function openWorld(
  stage: Stage,
  {
    boskos,
    dice,
    swarm,
    sabotage = {},
  }: Pick<SimulationOptions, 'boskos' | 'sabotage'> & { readonly dice: Dice; readonly swarm: Swarm },
): Opened {
  if (boskos === 'ranch') {
    const configs = pickConfigs(dice);
    const fitting = livesAsLong(configs) ? swarm : { ...swarm, slowMs: 0 };
    const world = new RanchWorld(stage, { swarm: fitting, configs, sabotage });
    return { world, heal: () => healRanch(world, fitting) };
  }
  const world = new HttpWorld(stage, { swarm, configs: pickHttpConfigs(dice), sabotage });
  return { world, heal: () => healHttp(world, swarm) };
}

/** Where a free one lives for less long than it takes to build the next, a pool is never at rest. */
const livesAsLong = (configs: ConfigTexts): boolean => configs.every((text) => !text.includes('lifespan'));

/** @returns the step that broke something, or how many there were */
async function live(world: World, swarm: Swarm, options: SimulationOptions): Promise<number> {
  const { stage } = world;
  for (let step = 0; step < options.steps; step += 1) {
    if (options.without?.has(step) === true) continue;
    stage.begin(step);
    stage.isCalm = options.muted?.has(step) === true;
    const act = drawAct(stage, swarm);
    stage.tell(`[${step}] ${act}`);
    await take(world, act);
    await stage.drain();
    for (const fault of await world.faults()) stage.fail(fault);
    if (stage.violation !== null) return step;
  }
  return options.steps;
}

/** While one stands still, time passes: what it held is to be taken up by others before it goes on. */
const drawAct = ({ dice, instances }: Stage, { acts }: Swarm): Act =>
  instances.some(({ isPaused }) => isPaused) && dice.chance(0.15) ? 'passMinute' : dice.weighted(acts);

async function take(world: World, act: Act): Promise<void> {
  const { stage } = world;
  const start = (): Instance => world.start();
  world.staff();
  if (isOfStage(act)) await actOnStage(stage, act, start);
  else await world.act(act, someRunning(stage, start));
}

const OF_STAGE: readonly Act[] = [
  'goOn',
  'deliver',
  'repeat',
  'drop',
  'passMoment',
  'passMinute',
  'passLong',
  'crash',
  'pause',
  'resume',
  'start',
];
const isOfStage = (act: Act): act is StageAct => OF_STAGE.includes(act);

/** A step that no simulation has: what the end draws does not depend on how many came before. */
const THE_END = 1_000_000;

/** The faults stop: what stands still goes on or dies, what is under way arrives, and all must come right. */
async function endWell({ world, heal }: Opened, { losesAll }: Swarm): Promise<void> {
  const { stage } = world;
  stage.begin(THE_END);
  stage.isCalm = true;
  stage.tell('[end] the faults stop');
  if (losesAll) stage.post.waiting = [];
  for (const instance of [...stage.instances]) {
    if (stage.dice.chance(0.3)) instance.crash();
    else instance.resume(stage.dice.chance(0.5));
  }
  await stage.drain();
  await stage.fireUntil(stage.timeline.elapsed);
  while (stage.traffic.ready[0] !== undefined) {
    await stage.traffic.goOn(stage.traffic.ready[0]);
    await stage.drain();
  }
  if (losesAll) stage.post.waiting = [];
  for (const fault of [...(await heal()), ...(await world.faults())]) stage.fail(fault);
}
