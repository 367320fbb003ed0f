import * as z from 'zod';

import { constructed, destroyed, notYet } from '../masonable.ts';
import type {
  ConfigConverter,
  LeasedResources,
  Masonable,
  MasonableResource,
  Registry,
} from '../masonable.ts';
import { memoryService } from './service.ts';
import type { Service } from './service.ts';

/** What stands under `config: {type: Template, content: …}`. `mason check` shows the description and example as a cure. */
export const templateContent = z.strictObject({
  size: z
    .enum(['small', 'large'])
    .prefault('small')
    .meta({ description: 'how large a thing is made for each leased resource', examples: ['small'] }),
});
export type TemplateContent = z.infer<typeof templateContent>;

/** Mason calls this once, when it loads the module. */
export function register(registry: Registry): void {
  registry.registerConfigConverter('Template', templateConverter(memoryService()));
}

/** Content → Masonable. What it talks to comes in, so that a test can hand in something else. */
export function templateConverter(service: Service): ConfigConverter<TemplateContent> {
  return { content: templateContent, convert: (content) => createTemplate(content, service) };
}

/** Makes one thing for each leased resource, and gives their names to the user. */
function createTemplate({ size }: TemplateContent, service: Service): Masonable {
  return {
    construct: async (resource, leased, { cycle, token, checkpoint, signal }) => {
      const names = namesOf(resource, cycle, leased);
      const ours = { resource: resource.name, cycle: String(cycle) };
      // By name, so that a run after a crash takes up what is there. The token changes with each run: only a label.
      for (const name of names) {
        await service.create({ name, size, labels: { ...ours, token: String(token) } }, signal);
      }

      const things = await service.list(ours, signal);
      const isReady = names.every((name) => things.some((thing) => thing.name === name && thing.isReady));
      if (isReady) return constructed({ things: names.join(',') });

      // Waiting here would hold a process (and in the cloud pay for it) and end with the invocation: come back later.
      const { looks } = progress.parse(checkpoint ?? { looks: 0 });
      return notYet({ looks: looks + 1 }, Math.min(1_000 * 2 ** looks, LONGEST_PAUSE_MS));
    },

    destroy: async (resource, _leased, { signal }) => {
      // Of every cycle: a run that was overtaken may have made something late.
      const things = await service.list({ resource: resource.name }, signal);
      if (things.length === 0) return destroyed;
      for (const { name } of things) await service.delete(name, signal);
      // Done is only what was seen to be gone.
      return notYet(null, 1_000);
    },
  };
}

/** The checkpoint: what the next run should know and can't see outside. */
const progress = z.object({ looks: z.number() });

const LONGEST_PAUSE_MS = 30_000;

const namesOf = (resource: MasonableResource, cycle: number, leased: LeasedResources): string[] =>
  Object.values(leased)
    .flat()
    .map((item) => `${resource.name}-${cycle}-${item.name}`);
