/** A thing outside Mason, as the service shows it. */
interface Thing {
  readonly name: string;
  readonly size: string;
  readonly labels: Labels;
  readonly isReady: boolean;
}
type Labels = Readonly<Record<string, string>>;

/** What a Masonable needs of the API that it makes its things with: here stands the client of yours. */
export interface Service {
  /** Begins to make a thing; it is ready some time later. A name that is taken is left as it is. */
  create(thing: Omit<Thing, 'isReady'>, signal: AbortSignal): Promise<void>;
  /** All things that carry these labels. */
  list(labels: Labels, signal: AbortSignal): Promise<readonly Thing[]>;
  /** Deletes a thing. To delete what is not there is no fault. */
  delete(name: string, signal: AbortSignal): Promise<void>;
}

/** Stands in for a slow API, in memory: a thing is ready when it is looked at for the second time. */
export function memoryService(): Service {
  const things = new Map<string, Thing>();
  return {
    create: async (thing, signal) => {
      signal.throwIfAborted();
      if (!things.has(thing.name)) things.set(thing.name, { ...thing, isReady: false });
    },
    list: async (labels, signal) => {
      signal.throwIfAborted();
      const wanted = Object.entries(labels);
      const found = [...things.values()].filter((thing) =>
        wanted.every(([key, value]) => thing.labels[key] === value),
      );
      for (const thing of found) things.set(thing.name, { ...thing, isReady: true });
      return found;
    },
    delete: async (name, signal) => {
      signal.throwIfAborted();
      things.delete(name);
    },
  };
}
