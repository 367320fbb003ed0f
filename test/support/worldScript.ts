import { z } from 'zod';

import type {
  Cleaner,
  CleanerConverter,
  ConfigConverter,
  LeasedResources,
  Masonable,
  MasonableResource,
  RunContext,
} from '../../shared/masonables/port.ts';
import { constructed, destroyed } from '../../shared/masonables/port.ts';

const contentSchema = z.record(z.string(), z.json());
export type ScriptContent = z.infer<typeof contentSchema>;

/** What the Masonable or cleaner `Scripted` was called with. */
export interface ScriptCall {
  readonly what: 'construct' | 'destroy' | 'clean';
  readonly resource: MasonableResource;
  /** Of a cleaner: nothing. */
  readonly leased: LeasedResources;
  readonly context: RunContext;
  /** The content (or the cleaner's settings) by which it was made. */
  readonly content: ScriptContent;
}

/** An answer may be nonsense: it is what a foreign module returns. */
type Answer = (call: ScriptCall) => unknown;

/** The test's own Masonable and cleaner, both called `Scripted`: what they do are functions that the test may replace. */
export class Script {
  readonly calls: ScriptCall[] = [];
  /** What the default `construct` made and the default `destroy` has not deleted: name → the cycle that made it. */
  readonly made = new Map<string, number>();

  construct: Answer = ({ resource, context, content }) => {
    this.made.set(resource.name, context.cycle);
    return constructed({ secret: `${resource.name}-${context.cycle}`, content: JSON.stringify(content) });
  };
  destroy: Answer = ({ resource }) => {
    this.made.delete(resource.name);
    return destroyed;
  };
  clean: Answer = () => destroyed;

  /** The calls of one kind, of one resource if its name is given. */
  of(what: ScriptCall['what'], name?: string): ScriptCall[] {
    return this.calls.filter(
      (call) => call.what === what && (name === undefined || call.resource.name === name),
    );
  }

  readonly converter: ConfigConverter<ScriptContent> = {
    content: contentSchema,
    convert: (content): Masonable => ({
      construct: (resource, leased, context) =>
        this.#call<ReturnType<Masonable['construct']>>({
          what: 'construct',
          resource,
          leased,
          context,
          content,
        }),
      destroy: (resource, leased, context) =>
        this.#call<ReturnType<Cleaner['clean']>>({ what: 'destroy', resource, leased, context, content }),
    }),
  };

  readonly cleaner: CleanerConverter<ScriptContent> = {
    content: contentSchema,
    convert: (content): Cleaner => ({
      clean: (resource, context) =>
        this.#call<ReturnType<Cleaner['clean']>>({ what: 'clean', resource, leased: {}, context, content }),
    }),
  };

  async #call<Promised extends Promise<unknown>>(call: ScriptCall): Promise<Awaited<Promised>> {
    this.calls.push(call);
    return (await this[call.what](call)) as Awaited<Promised>;
  }
}

/** A promise that the test settles, to hold a Masonable back for as long as it likes. */
export function gate<Value = void>(): PromiseWithResolvers<Value> {
  return Promise.withResolvers<Value>();
}

/** Never resolves, and doesn't listen to its signal: a Masonable that hangs. */
export const hang = (): Promise<never> => new Promise(() => undefined);
