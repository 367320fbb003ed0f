import type { Act } from '../world/swarm.ts';
import type { WorldAct } from '../world/world.ts';
import type { Instance } from './instance.ts';
import type { Stage } from './stage.ts';

/** Acts that need to know nothing of what the instances work on. */
export type StageAct = Exclude<Act, WorldAct>;

const MOMENT_MS = 12_000;
const MINUTE_MS = 60_000;
const LONG_MS: readonly number[] = [300_000, 700_000, 1_900_000, 7_300_000];
/** Messages delivered, or calls that go on, in one step. */
const MOST_AT_ONCE = 4;

/** @param start puts one instance more on the stage */
export async function actOnStage(stage: Stage, act: StageAct, start: () => Instance): Promise<void> {
  const { dice, post } = stage;
  switch (act) {
    case 'goOn':
      return goOn(stage);
    case 'deliver':
      return deliver(stage);
    case 'repeat':
      repeat(stage);
      return;
    case 'drop':
      if (post.waiting.length > 0) post.drop(dice.pick(post.waiting));
      return;
    case 'passMoment':
      return stage.advance(dice.below(MOMENT_MS));
    case 'passMinute':
      return stage.advance(dice.below(MINUTE_MS));
    case 'passLong':
      return stage.advance(dice.pick(LONG_MS));
    case 'crash':
      if (stage.instances.length > 0) dice.pick(stage.instances).crash();
      return;
    case 'pause':
      someRunning(stage, start).pause();
      return;
    case 'resume':
      return resume(stage);
    case 'start':
      if (stage.instances.length < 4) start();
      return;
    default:
      return act satisfies never;
  }
}

/** One that gets a message: there is always one that runs. */
export function someRunning({ instances, dice }: Stage, start: () => Instance): Instance {
  const running = instances.filter(({ runs }) => runs);
  return running.length === 0 ? start() : dice.pick(running);
}

/** A message that was done with comes once more: of a person's orders, which have no cycle, every second one. */
function repeat({ dice, post, timeline, instances }: Stage): void {
  const orders = post.ghosts.filter(
    ({ message: { topic, attributes } }) => topic === 'recycle' && attributes['cycle'] === undefined,
  );
  const ghosts = orders.length > 0 && dice.chance(0.5) ? orders : post.ghosts;
  if (ghosts.length === 0) return;
  const letter = { ...dice.pick(ghosts), notBefore: timeline.elapsed };
  const running = instances.filter(({ runs, house }) => runs && house === letter.house);
  if (running.length > 0) post.deliver(letter, dice.pick(running));
}

async function goOn(stage: Stage): Promise<void> {
  const times = 1 + stage.dice.below(MOST_AT_ONCE);
  for (let time = 0; time < times && stage.traffic.ready.length > 0; time += 1) {
    const one = stage.dice.pick(stage.traffic.ready);
    stage.tell(
      `go on with ${one.call.name} of ${one.call.instance.name}${one.answer === null ? '' : ' (its answer)'}`,
    );
    await stage.traffic.goOn(one);
    await stage.drain();
  }
}

/** Mostly the oldest first, as Pub/Sub does if nothing is wrong. */
async function deliver(stage: Stage): Promise<void> {
  const { dice, post } = stage;
  const times = 1 + dice.below(MOST_AT_ONCE);
  for (let time = 0; time < times; time += 1) {
    const { due } = post;
    const letter = dice.chance(0.7) ? due[0] : due[dice.below(due.length)];
    const running = stage.instances.filter(({ runs, house }) => runs && house === letter?.house);
    if (letter === undefined || running.length === 0) return;
    const instance = dice.pick(running);
    stage.tell(`deliver ${letter.message.topic} ${letter.message.data} to ${instance.name}`);
    post.deliver(letter, instance);
    await stage.drain();
  }
}

async function resume(stage: Stage): Promise<void> {
  const paused = stage.instances.filter(({ isPaused }) => isPaused);
  if (paused.length === 0) return;
  const instance = stage.dice.pick(paused);
  const froze = stage.dice.chance(0.5);
  stage.tell(`${instance.name} goes on${froze ? ', and its clock stood still' : ''}`);
  instance.resume(froze);
  await stage.fireUntil(stage.timeline.elapsed);
}
