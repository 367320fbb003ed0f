import { notYet, type NotYet, type RunContext } from '../masonables/port.ts';
import type { Registry } from '../masonables/registry.ts';

/**
 * The same registry, but what it makes can be stopped: on the signal, what is under way is aborted and ends with "not
 * yet". So nothing is counted against a resource because a person pressed Ctrl-C, and the next start goes on with it
 * at once, without waiting for a claim to expire.
 */
export function stoppable(registry: Registry, stop: AbortSignal): Registry {
  const isStopping = (): boolean => stop.aborted;
  const guard = async <Result>(
    context: RunContext,
    work: (context: RunContext) => Promise<Result>,
  ): Promise<Result | NotYet> => {
    const again = notYet(context.checkpoint, 0);
    if (isStopping()) return again;
    try {
      return await work({ ...context, signal: AbortSignal.any([context.signal, stop]) });
    } catch (error) {
      if (isStopping()) return again;
      throw error;
    }
  };
  return {
    ...registry,
    masonable(configType, contentText) {
      const masonable = registry.masonable(configType, contentText);
      const destroy = masonable.destroy?.bind(masonable);
      return {
        construct: (resource, leased, context) =>
          guard(context, (inner) => masonable.construct(resource, leased, inner)),
        ...(destroy && {
          destroy: (resource, leased, context) => guard(context, (inner) => destroy(resource, leased, inner)),
        }),
      };
    },
    cleaner(type, settings) {
      const cleaner = registry.cleaner(type, settings);
      return { clean: (resource, context) => guard(context, (inner) => cleaner.clean(resource, inner)) };
    },
  };
}
