import { ApiError, badRequest, disabled, denied, notFound } from './apiError.ts';

/** How a stand-in for Google Cloud behaves; a test changes what it likes, at any time. All durations in milliseconds. */
export interface Knobs {
  /** From the order to the end of the operation. */
  clusterMs: number;
  vmMs: number;
  deleteMs: number;
  /** How long a thing that was ordered neither shows in a list nor can be got. */
  showsAfterMs: number;
  /** `container.clusters.create`, or `container.clusters.create project-1`. */
  readonly denied: Set<string>;
  /** `compute.googleapis.com project-1`, or with HOME: every call is refused then. */
  readonly disabled: Set<string>;
  /** `project-1 us-central1 CPUS` → limit. Default: DEFAULT_LIMITS. */
  readonly limits: Map<string, number>;
  /** Zones without machines: what is ordered there ends in an error. */
  readonly stockouts: Set<string>;
  /** Things by name whose creation never ends. */
  endless: (name: string) => boolean;
  /** Things by name that are never deleted. */
  undying: (name: string) => boolean;
  /** Clusters by name that are being upgraded, if they are there. */
  reconciling: (name: string) => boolean;
  /** What the creation of a thing ends in; null: nothing goes wrong. */
  failing: (name: string) => { readonly code: string; readonly message: string } | null;
  /** Zones of which lists say that they did not answer. */
  readonly silent: Set<string>;
  /** How many things of the Compute API a page of a list holds: few, so that one project's fill more than one. */
  pageSize: number;
  /** How long what is gone still shows in lists. */
  fadesAfterMs: number;
  /** Whether only the operation tells that a thing is in use, of every kind: of networks it is always so. */
  refusesLate: boolean;
  /** What the deletion of a thing of the Compute API by name ends in; null: nothing goes wrong. */
  clinging: (name: string) => { readonly code: string; readonly message: string } | null;
  /** What holds a thing by path that no list shows; null: nothing. */
  heldBy: (path: string) => string | null;
}

/** The project of the caller's service account, which the stand-in has nothing else of. */
export const HOME = 'home';
/** A project's number, by which Google names it where it tells that an API is off. */
export const numberOf = (project: string): string =>
  String(Buffer.from(project).reduce((sum, byte) => (sum * 31 + byte) % 1e9, 0) + 1e11);

export const REGIONS: Readonly<Record<string, readonly string[]>> = {
  'us-central1': ['us-central1-a', 'us-central1-b', 'us-central1-f'],
  'europe-west1': ['europe-west1-b', 'europe-west1-c'],
};
const ZONES = Object.values(REGIONS).flat();
export const regionOf = (zone: string): string => zone.slice(0, -2);

const DEFAULT_LIMITS: Readonly<Record<string, number>> = {
  CPUS: 72,
  N2_CPUS: 24,
  INSTANCES: 100,
  IN_USE_ADDRESSES: 23,
};

/** Machine type → its CPUs and their quota. */
const MACHINES: Readonly<Record<string, { readonly cpus: number; readonly metric: string }>> = {
  'e2-medium': { cpus: 2, metric: 'CPUS' },
  'n1-standard-1': { cpus: 1, metric: 'CPUS' },
  'n1-standard-2': { cpus: 2, metric: 'CPUS' },
  'n1-standard-4': { cpus: 4, metric: 'CPUS' },
  'n1-standard-32': { cpus: 32, metric: 'CPUS' },
  'n2-standard-8': { cpus: 8, metric: 'N2_CPUS' },
};

export type ThingKind = 'cluster' | 'vm';

/** A cluster or VM, from its order to its end. */
export interface CloudThing {
  readonly kind: ThingKind;
  readonly project: string;
  readonly zone: string;
  readonly name: string;
  /** As it was ordered. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly machine: string;
  readonly machines: number;
  readonly creation: CloudOperation;
  deletion: CloudOperation | null;
}

export interface CloudOperation {
  readonly name: string;
  readonly project: string;
  readonly zone: string;
  readonly type: string;
  readonly target: string;
  readonly startAt: number;
  /** Infinity: never. */
  readonly endAt: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** All that the stand-in's APIs work on. Nothing happens by itself: what has become of a thing follows from the time. */
export class Cloud {
  readonly now: () => number;
  readonly knobs: Knobs = {
    clusterMs: 5 * 60_000,
    vmMs: 20_000,
    deleteMs: 3 * 60_000,
    showsAfterMs: 3_000,
    denied: new Set(),
    disabled: new Set(),
    limits: new Map(),
    stockouts: new Set(),
    endless: () => false,
    undying: () => false,
    reconciling: () => false,
    failing: () => null,
    silent: new Set(),
    pageSize: 2,
    fadesAfterMs: 2_000,
    refusesLate: false,
    clinging: () => null,
    heldBy: () => null,
  };
  readonly #projects: ReadonlySet<string>;
  #things: CloudThing[] = [];
  readonly #operations: CloudOperation[] = [];

  constructor(now: () => number, projects: readonly string[]) {
    this.now = now;
    this.#projects = new Set(projects);
  }

  /** All there is, whether it shows or not; a VM whose creation failed never was. */
  things(): readonly CloudThing[] {
    const now = this.now();
    this.#things = this.#things.filter(
      ({ kind, creation, deletion }) =>
        (deletion === null || deletion.endAt > now) &&
        !(kind === 'vm' && creation.error !== null && creation.endAt <= now),
    );
    return this.#things;
  }

  /** What the APIs show. */
  shown(project: string, kind: ThingKind): readonly CloudThing[] {
    const latest = this.now() - this.knobs.showsAfterMs;
    return this.things().filter(
      (thing) => thing.project === project && thing.kind === kind && thing.creation.startAt <= latest,
    );
  }

  find(
    kind: ThingKind,
    place: { readonly project: string; readonly zone: string; readonly name: string },
  ): CloudThing | null {
    const is = (thing: CloudThing): boolean =>
      thing.kind === kind &&
      thing.project === place.project &&
      thing.zone === place.zone &&
      thing.name === place.name;
    return this.things().find(is) ?? null;
  }

  /** @throws ApiError 403, 404 */
  admit({ project, permission }: { readonly project: string; readonly permission: string }): void {
    const service = `${permission.split('.')[0] ?? ''}.googleapis.com`;
    if (!this.#projects.has(project))
      throw service.startsWith('compute') ? notFound(`projects/${project}`) : denied(permission, project);
    for (const one of [HOME, project])
      if (this.knobs.disabled.has(`${service} ${one}`)) throw disabled(service, numberOf(one));
    const { denied: list } = this.knobs;
    if (list.has(permission) || list.has(`${permission} ${project}`)) throw denied(permission, project);
  }

  /** @throws ApiError 400 */
  checkPlace(zone: string, machine: string): void {
    if (!ZONES.includes(zone)) throw badRequest(`Location "${zone}" does not exist.`);
    if (!(machine in MACHINES))
      throw badRequest(`Machine type with name "${machine}" does not exist in zone "${zone}".`);
  }

  limit(project: string, region: string, metric: string): number {
    return this.knobs.limits.get(`${project} ${region} ${metric}`) ?? DEFAULT_LIMITS[metric] ?? 0;
  }

  usage(project: string, region: string, metric: string): number {
    return this.things()
      .filter((thing) => thing.project === project && regionOf(thing.zone) === region)
      .reduce((sum, thing) => sum + (takesOf(thing)[metric] ?? 0), 0);
  }

  quotas(project: string, region: string): { metric: string; limit: number; usage: number }[] {
    return Object.keys(DEFAULT_LIMITS).map((metric) => ({
      metric,
      limit: this.limit(project, region, metric),
      usage: this.usage(project, region, metric),
    }));
  }

  /** @throws ApiError 403 quotaExceeded, in the words of the API that makes such a thing */
  checkQuota(thing: Pick<CloudThing, 'kind' | 'project' | 'zone' | 'machine' | 'machines'>): void {
    const region = regionOf(thing.zone);
    for (const [metric, needed] of Object.entries(takesOf(thing))) {
      const limit = this.limit(thing.project, region, metric);
      const left = limit - this.usage(thing.project, region, metric);
      if (needed <= left) continue;
      const message =
        thing.kind === 'cluster'
          ? `Insufficient regional quota to satisfy request: resource "${metric}": request requires '${needed}.0' and is short '${needed - left}.0'. project has a quota of '${limit}.0' with '${left}.0' available.`
          : `Quota '${metric}' exceeded.  Limit: ${limit}.0 in region ${region}.`;
      const reason = thing.kind === 'cluster' ? 'forbidden' : 'quotaExceeded';
      throw new ApiError({ status: 403, reason, canonical: 'PERMISSION_DENIED', message });
    }
  }

  order(thing: Omit<CloudThing, 'creation' | 'deletion'>, type: string): CloudOperation {
    const { clusterMs, vmMs, stockouts, endless, failing } = this.knobs;
    const wholeMs = thing.kind === 'cluster' ? clusterMs : vmMs;
    const error = stockouts.has(thing.zone) ? stockoutIn(thing) : failing(thing.name);
    const lastsMs = endless(thing.name) ? Infinity : error ? wholeMs / 2 : wholeMs;
    const creation = this.begin(thing, { type, lastsMs, error });
    this.#things.push({ ...thing, creation, deletion: null });
    return creation;
  }

  remove(thing: CloudThing, type: string): CloudOperation {
    const lastsMs = this.knobs.undying(thing.name) ? Infinity : this.knobs.deleteMs;
    thing.deletion = this.begin(thing, { type, lastsMs, error: null });
    return thing.deletion;
  }

  operation(project: string, zone: string, name: string): CloudOperation | null {
    const is = (one: CloudOperation): boolean =>
      one.project === project && one.zone === zone && one.name === name;
    return this.#operations.find(is) ?? null;
  }

  /** PENDING, RUNNING, DONE. */
  stateOf({ startAt, endAt }: CloudOperation): string {
    const passed = this.now() - startAt;
    if (this.now() >= endAt) return 'DONE';
    return passed < 2_000 ? 'PENDING' : 'RUNNING';
  }

  /** Begins an operation. What is in no zone has a region, or `global`, as its zone. */
  begin(
    { project, zone, name }: Pick<CloudThing, 'project' | 'zone' | 'name'>,
    { type, lastsMs, error }: Pick<CloudOperation, 'type' | 'error'> & { readonly lastsMs: number },
  ): CloudOperation {
    const startAt = this.now();
    const operation: CloudOperation = {
      name: `operation-${this.#operations.length + 1}`,
      project,
      zone,
      type,
      target: name,
      startAt,
      endAt: startAt + lastsMs,
      error,
    };
    this.#operations.push(operation);
    return operation;
  }
}

function takesOf({
  machine,
  machines,
}: Pick<CloudThing, 'machine' | 'machines'>): Readonly<Record<string, number>> {
  const { cpus, metric } = MACHINES[machine] ?? { cpus: 1, metric: 'CPUS' };
  return { [metric]: cpus * machines, INSTANCES: machines, IN_USE_ADDRESSES: machines };
}

const stockoutIn = ({
  kind,
  project,
  zone,
  name,
}: Pick<CloudThing, 'kind' | 'project' | 'zone' | 'name'>) => {
  const short = `The zone 'projects/${project}/zones/${zone}' does not have enough resources available to fulfill the request.`;
  return kind === 'vm'
    ? { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: short }
    : {
        code: '8',
        message: `Google Compute Engine: [GCE_STOCKOUT]: Instance 'gke-${name}-1' creation failed: ${short}`,
      };
};
