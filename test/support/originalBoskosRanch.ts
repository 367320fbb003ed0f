import type { UserData } from '../../shared/ledger/records.ts';

export interface OriginalResource {
  readonly type: string;
  readonly name: string;
  state: string;
  owner: string;
  /** Milliseconds since the epoch. */
  lastUpdate: number;
  userData: UserData;
  /** Milliseconds since the epoch. */
  expiration: number | null;
}

/** One entry of the original's config: with names it is static, with counts dynamic. */
export type OriginalType = { readonly type: string; readonly state: string } & (
  | { readonly names: readonly string[] }
  | { readonly minCount: number; readonly maxCount: number; readonly lifespanMs?: number }
);
type DynamicType = Exclude<OriginalType, { readonly names: readonly string[] }>;

export interface OriginalRanchOptions {
  readonly types: readonly OriginalType[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The names of dynamic resources. */
  readonly newName: () => string;
  /** Whether it keeps places in the queue for request_ids, as for users. Mason sends none. */
  readonly queues?: boolean;
  /** In [0, 1). Who is first of those that were last changed within one second; default: in the order of the config. */
  readonly random?: () => number;
}

export type Refusal =
  | { readonly kind: 'notFound'; readonly what: string }
  | { readonly kind: 'unknownType'; readonly type: string }
  | { readonly kind: 'notOurs'; readonly by: string; readonly owner: string }
  | { readonly kind: 'otherState'; readonly current: string; readonly asked: string };

/** The flag request-ttl of its server, by default. */
const REQUEST_TTL_MS = 30_000;

/** The state of the original's server, and what its ranch/ranch.go does with it. */
export class OriginalRanch {
  readonly #options: OriginalRanchOptions;
  readonly #resources = new Map<string, OriginalResource>();
  readonly #lines = new Map<string, Map<string, number>>();
  #types: readonly OriginalType[] = [];

  constructor(options: OriginalRanchOptions) {
    this.#options = options;
    this.configure(options.types);
  }

  /** Another config: what it names is there from now on. */
  configure(types: readonly OriginalType[]): void {
    this.#types = types;
    for (const entry of types) {
      const missing = 'names' in entry ? entry.names.filter((name) => !this.#resources.has(name)) : [];
      missing.forEach((name) => this.#add(entry, name));
    }
    this.tend();
  }

  all(): readonly OriginalResource[] {
    return [...this.#resources.values()].map((resource) => ({ ...resource }));
  }

  get queues(): boolean {
    return this.#options.queues === true;
  }

  /** The rank-th of those there are, by the place of the request_id (ranch/priority.go; boskos-wire.md, request_id). */
  acquire(
    type: string,
    state: string,
    { dest, owner, requestId = '' }: Take & { readonly requestId?: string },
  ): OriginalResource | Refusal {
    const ofType = this.#oldestFirst().filter((resource) => resource.type === type);
    const { ahead, isNew } = this.#place(`${type} ${state}`, requestId);
    const found = ofType.filter((resource) => resource.state === state && resource.owner === '')[ahead];
    if (found !== undefined) {
      this.#lines.get(`${type} ${state}`)?.delete(requestId);
      return this.#change(found, { owner, state: dest });
    }
    if (isNew) this.#makeOnDemand(type);
    return ofType.length > 0 ? { kind: 'notFound', what: type } : { kind: 'unknownType', type };
  }

  /** An id that comes back after its time keeps its place: the sweep, each minute, is not modelled. */
  #place(line: string, requestId: string): { readonly ahead: number; readonly isNew: boolean } {
    const ids = this.#lines.get(line) ?? new Map<string, number>();
    this.#lines.set(line, ids);
    const now = this.#options.now();
    const isNew = requestId !== '' && !ids.has(requestId);
    if (requestId !== '') ids.set(requestId, now + REQUEST_TTL_MS);
    const order = [...ids.keys()];
    const before = requestId === '' ? order : order.slice(0, order.indexOf(requestId));
    return { ahead: before.filter((id) => (ids.get(id) ?? 0) > now).length, isNew };
  }

  #makeOnDemand(type: string): void {
    const entry = this.#dynamicType(type);
    const count = [...this.#resources.values()].filter((resource) => resource.type === type).length;
    if (entry !== undefined && count < entry.maxCount) this.#add(entry, this.#options.newName());
  }

  /** Keeps what it took even if a name is missing. */
  acquireByState(
    names: ReadonlySet<string>,
    state: string,
    { dest, owner }: Take,
  ): OriginalResource[] | Refusal {
    const taken = this.#oldestFirst()
      .filter((resource) => resource.state === state && resource.owner === '' && names.has(resource.name))
      .map((resource) => this.#change(resource, { owner, state: dest }));
    return taken.length === names.size ? taken : { kind: 'notFound', what: state };
  }

  release(name: string, { dest, owner }: Take): OriginalResource | Refusal {
    const resource = this.#held(name, owner);
    if ('kind' in resource) return resource;
    const lifespanMs = this.#dynamicType(resource.type)?.lifespanMs;
    return this.#change(resource, {
      owner: '',
      state: dest,
      expiration: lifespanMs === undefined ? null : this.#options.now() + lifespanMs,
    });
  }

  update(
    name: string,
    { state, owner }: { state: string; owner: string },
    userData: UserData,
  ): OriginalResource | Refusal {
    const resource = this.#held(name, owner);
    if ('kind' in resource) return resource;
    if (resource.state !== state) return { kind: 'otherState', current: resource.state, asked: state };
    const merged = Object.entries({ ...resource.userData, ...userData }).filter(([, value]) => value !== '');
    return this.#change(resource, { userData: Object.fromEntries(merged) });
  }

  /** What the reaper calls. @returns owners by name */
  reset(
    type: string,
    state: string,
    { dest, expireMs }: { dest: string; expireMs: number },
  ): Readonly<Record<string, string>> {
    const since = this.#options.now() - expireMs;
    const stale = [...this.#resources.values()].filter(
      (resource) =>
        resource.type === type &&
        resource.state === state &&
        resource.owner !== '' &&
        resource.lastUpdate <= since,
    );
    const owners = stale.map(({ name, owner }) => [name, owner] as const);
    stale.forEach((resource) => this.#change(resource, { owner: '', state: dest }));
    return Object.fromEntries(owners);
  }

  /** The original's periodic update of its dynamic resources (ranch/storage.go, updateDynamicResources). */
  tend(): void {
    for (const entry of this.#types) if (!('names' in entry)) this.#tendType(entry);
  }

  #tendType(entry: DynamicType): void {
    const unowned = [...this.#resources.values()].filter(
      ({ type, owner }) => type === entry.type && owner === '',
    );
    const now = this.#options.now();
    for (const resource of unowned) {
      const isOver = resource.expiration !== null && resource.expiration < now;
      // The tombstone is what ends one. Until then it may hold others, which a cleaner has to give back first.
      if (resource.state === 'tombstone') this.#resources.delete(resource.name);
      else if (isOver && resource.state !== 'toBeDeleted') this.#change(resource, { state: 'toBeDeleted' });
    }
    const count = [...this.#resources.values()].filter(({ type }) => type === entry.type).length;
    for (let made = count; made < entry.minCount; made += 1) this.#add(entry, this.#options.newName());
  }

  #dynamicType(type: string): DynamicType | undefined {
    return this.#types.find((entry): entry is DynamicType => !('names' in entry) && entry.type === type);
  }

  #held(name: string, owner: string): OriginalResource | Refusal {
    const resource = this.#resources.get(name);
    if (resource === undefined) return { kind: 'notFound', what: name };
    return resource.owner === owner ? resource : { kind: 'notOurs', by: owner, owner: resource.owner };
  }

  #oldestFirst(): OriginalResource[] {
    const { random = () => 0 } = this.#options;
    // Kubernetes keeps whole seconds.
    return [...this.#resources.values()]
      .map((resource) => ({ resource, second: Math.floor(resource.lastUpdate / 1_000), tie: random() }))
      .sort((a, b) => a.second - b.second || a.tie - b.tie)
      .map(({ resource }) => resource);
  }

  #add({ type, state }: OriginalType, name: string): void {
    const lastUpdate = this.#options.now();
    this.#resources.set(name, { type, name, state, owner: '', lastUpdate, userData: {}, expiration: null });
  }

  #change(resource: OriginalResource, change: Partial<OriginalResource>): OriginalResource {
    return { ...Object.assign(resource, change, { lastUpdate: this.#options.now() }) };
  }
}

export interface Take {
  /** The state that it is to have then. */
  readonly dest: string;
  readonly owner: string;
}
