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
  /** How long (ms) each construct takes, over many runs. */
  readonly slowMs: number;
}

/** What is outside: whatever Masonables make and delete. It survives every process. */
export class Outside {
  readonly #things = new Map<string, Thing[]>();
  /** For whom an instance waits for an answer. */
  readonly #awaited = new WeakMap<Instance, Set<string>>();
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

  /** Whether it waits for an answer about this resource. */
  isAwaitedBy(instance: Instance, name: string): boolean {
    return this.#awaited.get(instance)?.has(name) === true;
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
    const begun = this.of(instance.house, name).find((thing) => thing.cycle === cycle)?.at ?? 0;
    if (this.#stage.timeline.now - begun < this.#mood.slowMs) return notYet({ began: true }, LOOK_AGAIN_MS);
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
    const awaited = this.#awaited.get(instance) ?? new Set<string>();
    this.#awaited.set(instance, awaited.add(whose(what)));
    try {
      await this.#stage.traffic.pass({
        name,
        args: [what],
        instance,
        apply: async () => {
          apply();
        },
        fault: () => new WorldFault('the cloud says no'),
      });
    } finally {
      awaited.delete(whose(what));
    }
  }
}

/** Of `cluster-1/7`: what its seventh cycle is about. */
const whose = (what: string): string => what.split('/')[0] ?? '';

/** Between two looks at a construct that takes long: longer than a lease lives without a sign of life. */
const LOOK_AGAIN_MS = 2_400_000;

const content = z.looseObject({});
