import { z } from 'zod';

import { createRegistry, type Registry } from '../../../shared/masonables/registry.ts';
import type {
  Construction,
  Destruction,
  LeasedResources,
  MasonableResource,
  RunContext,
} from '../../../shared/masonables/port.ts';
import { constructed, destroyed, notYet } from '../../../shared/masonables/port.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';
import { WorldFault } from '../core/worldFault.ts';

/** What a construct made of a virtual resource in one cycle: a cluster, say. */
export interface Thing {
  readonly cycle: number;
  /** Of what it was made. */
  readonly parts: readonly string[];
  isWhole: boolean;
  /** When (ms since the epoch) it was made. */
  readonly at: number;
}

/** How Masonables behave in a world. */
export interface OutsideMood {
  /** How often an attempt asks for another run. */
  readonly notYet: number;
  /** The virtual type of which every construct kills its process; null: none. */
  readonly killer: string | null;
}

/** What is outside: whatever Masonables make and delete. It survives every process. */
export class Outside {
  readonly #things = new Map<string, Thing[]>();
  readonly #stage: Stage;
  readonly #mood: OutsideMood;

  constructor(stage: Stage, mood: OutsideMood) {
    this.#stage = stage;
    this.#mood = mood;
  }

  /** @param house whose Masonables made it */
  of(house: string, name: string): readonly Thing[] {
    return this.#things.get(`${house}/${name}`) ?? [];
  }

  /** Somebody has made it whom no instance knows. */
  add(house: string, name: string, thing: Thing): void {
    this.#things.set(`${house}/${name}`, [thing]);
  }

  registryFor(instance: Instance): Registry {
    const registry = createRegistry();
    registry.registerConfigConverter('Simulated', {
      content,
      convert: () => ({
        construct: (resource, leased, context) => this.#construct(instance, { resource, leased, context }),
        destroy: (resource, _leased, { cycle }) => this.#destroy(instance, resource, cycle),
      }),
    });
    registry.registerCleaner('Simulated', {
      content,
      convert: () => ({ clean: ({ name }) => this.#clean(instance, name) }),
    });
    return registry;
  }

  async #construct(
    instance: Instance,
    {
      resource: { name, type },
      leased,
      context,
    }: {
      readonly resource: MasonableResource;
      readonly leased: LeasedResources;
      readonly context: RunContext;
    },
  ): Promise<Construction> {
    const key = `${instance.house}/${name}`;
    const { cycle } = context;
    if (this.#mood.killer === type && !this.#stage.isCalm) instance.crash();
    await this.#call(instance, { name: 'masonable.create', what: `${name}/${cycle}` }, () => {
      const others = this.of(instance.house, name).filter((thing) => thing.cycle >= cycle);
      const known = others.find((thing) => thing.cycle === cycle);
      const parts = Object.values(leased).flatMap((resources) => resources.map((part) => part.name));
      const thing: Thing = known ?? { cycle, parts, isWhole: false, at: this.#stage.timeline.now };
      this.#things.set(key, [...others.filter((other) => other !== known), thing]);
    });
    if (!this.#stage.isCalm && context.checkpoint === null && this.#stage.dice.chance(this.#mood.notYet))
      return notYet({ began: true }, 20_000);
    await this.#call(instance, { name: 'masonable.finish', what: `${name}/${cycle}` }, () => {
      for (const thing of this.of(instance.house, name)) if (thing.cycle === cycle) thing.isWhole = true;
    });
    return constructed({ thing: `${key}/${cycle}` });
  }

  /** What earlier cycles made: a late one never deletes what was built since. */
  async #destroy(instance: Instance, { name }: MasonableResource, cycle: number): Promise<Destruction> {
    await this.#call(instance, { name: 'masonable.destroy', what: `${name}/${cycle}` }, () => {
      const left = this.of(instance.house, name).filter((thing) => thing.cycle >= cycle);
      this.#things.set(`${instance.house}/${name}`, left);
    });
    return destroyed;
  }

  async #clean(instance: Instance, name: string): Promise<Destruction> {
    await this.#call(instance, { name: 'cleaner.clean', what: name }, () => undefined);
    return destroyed;
  }

  async #call(
    instance: Instance,
    { name, what }: { readonly name: string; readonly what: string },
    apply: () => void,
  ): Promise<void> {
    await this.#stage.traffic.pass({
      name,
      args: [what],
      instance,
      apply: async () => {
        apply();
      },
      fault: () => new WorldFault('the cloud says no'),
    });
  }
}

const content = z.looseObject({});
