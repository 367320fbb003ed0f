import { parse } from 'yaml';

import { STATE } from '../../../shared/ledger/records.ts';
import type { Dice } from '../core/dice.ts';
import { HttpWorld } from '../world/httpWorld.ts';
import type { World } from '../world/world.ts';
import { GO_MASON, GoMason, type GoRound } from './goMason.ts';
import type { Upheaval } from './upheaval.ts';

/** Calls that the Go Mason, its users and the old janitor make before it dies. */
const MOST_CALLS = 40;
/** Calls of it that may still be under way then. */
const MOST_LATE = 3;
/** Whose things those are that it built. */
const GO = 'go';

/** A Go Mason has worked on the server until now; ours begins with an empty ledger. */
export function takeover(): Upheaval {
  let past: GoPast | null = null;
  return {
    begin(world) {
      if (!(world instanceof HttpWorld)) throw new Error('a Go Mason works on a server');
      past = new GoPast(world);
      past.live(world.stage.dice);
    },
    before(_world: World, _step: number): Promise<void> {
      past?.mayComeLate();
      return Promise.resolve();
    },
  };
}

export class GoPast {
  readonly rounds: { call: Iterator<GoRound, void>; last: GoRound | null }[] = [];
  readonly #world: HttpWorld;
  readonly #mason: GoMason;
  #late = MOST_LATE;

  constructor(world: HttpWorld) {
    this.#world = world;
    const { ranch, outside, stage } = world;
    this.#mason = new GoMason({
      ranch,
      needs: needsIn(world.configs.texts[0]),
      construct: (name, parts) => {
        outside.add(GO, name, { cycle: 1, parts: [...parts], isWhole: true, at: stage.timeline.now });
        return { thing: thingOf(name) };
      },
    });
    stage.observers.push(({ name, args }) => {
      if (name === 'cleaner.clean') this.#cleaned(String(args[0]));
    });
  }

  /** Everything that was before: then it is dead, in the middle of whatever it was doing. */
  live(dice: Dice): void {
    const { users, ranch } = this.#world;
    for (let left = dice.below(MOST_CALLS); left > 0; left -= 1) {
      const choice = dice.number();
      if (choice < 0.6) this.step(dice);
      else if (choice < 0.75) users.acquireAny();
      else if (choice < 0.8) users.acquireParts();
      else if (choice < 0.9) users.release();
      else this.#janitor(dice);
    }
    this.#markBroken();
    // The minute in which all that was free became so is over.
    ranch.tend();
  }

  /** One call more of a round that it is in, or of a new one. */
  step(dice: Dice): void {
    const isNew = this.rounds.length === 0 || dice.chance(0.3);
    if (isNew) this.begin(dice.pick(Object.keys(needsIn(this.#world.configs.texts[0]))));
    else this.goOn(dice.pick(this.rounds));
  }

  begin(type: string): void {
    const round = { call: this.#mason.round(type), last: null };
    this.rounds.push(round);
    this.goOn(round);
  }

  goOn(round: { call: Iterator<GoRound, void>; last: GoRound | null }): void {
    const { done, value } = round.call.next();
    if (done !== true) round.last = value;
    if (done === true || value.at === 'over') this.rounds.splice(this.rounds.indexOf(round), 1);
  }

  /** A call that was under way when it died arrives now. */
  mayComeLate(): void {
    const { dice } = this.#world.stage;
    if (this.#late === 0 || this.rounds.length === 0 || !dice.chance(0.03)) return;
    this.#late -= 1;
    const round = dice.pick(this.rounds);
    this.#world.stage.tell(`a late call of the Go Mason for ${round.last?.name ?? ''}`);
    // Nobody can stop it from taking what lies under a name (DESIGN.md's exemption).
    const { last } = round;
    if (last?.at === 'recycle' && !this.#holds(last.name)) this.#world.users.meddledWith.add(last.name);
    this.goOn(round);
    this.#markBroken();
  }

  #holds(name: string): boolean {
    return this.#world.ranch.all().some((resource) => resource.name === name && resource.owner === GO_MASON);
  }

  /** It frees the whole before it parks the parts: what it left so is found by the first who gets it. */
  #markBroken(): void {
    const { ranch, users } = this.#world;
    const being = new Set(
      this.rounds.filter(({ last }) => last?.at === 'free').map(({ last }) => last?.name),
    );
    for (const { name, userData } of ranch.all())
      if (being.has(name) && userData['thing'] === thingOf(name)) users.meddledWith.add(name);
  }

  /** The one that was there before, dead in the middle or not. */
  #janitor(dice: Dice): void {
    const { ranch } = this.#world;
    const dirty = ranch.acquire('project', STATE.dirty, { dest: STATE.cleaning, owner: 'janitor' });
    if ('kind' in dirty || dice.chance(0.3)) return;
    ranch.release(dirty.name, { dest: STATE.free, owner: 'janitor' });
  }

  /** What was built in it goes with it: nobody may have that. */
  #cleaned(part: string): void {
    const { ranch, users, outside, stage } = this.#world;
    for (const { name, state, owner, userData } of ranch.all()) {
      const isBuilt = userData['thing'] === thingOf(name);
      const inUse = users.hasBuilt.has(name) || (state === STATE.free && owner === '');
      if (!isBuilt || !inUse || users.meddledWith.has(name)) continue;
      const parts = outside.of(GO, name).flatMap((thing) => thing.parts);
      if (parts.includes(part))
        stage.fail(`${part} was cleaned, and ${name} is made of it (${state} ${owner})`);
    }
  }
}

const thingOf = (name: string): string => `${GO}/${name}/1`;

function needsIn(text: string): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const { resources } = parse(text) as {
    readonly resources: readonly { readonly type: string; readonly needs?: Record<string, number> }[];
  };
  return Object.fromEntries(
    resources.flatMap(({ type, needs }) => (needs === undefined ? [] : [[type, needs]])),
  );
}
