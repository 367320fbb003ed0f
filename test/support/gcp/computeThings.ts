import { ApiError, badRequest, notFound } from './apiError.ts';
import type { Cloud, CloudOperation } from './cloud.ts';
import { textsAt, typeOf, type ComputeType } from './computeTypes.ts';
import { checkBody } from './discovery.ts';

/** Anything of the Compute API but what a test orders by an API. */
export interface ComputeThing {
  readonly project: string;
  /** Below the project: `zones/us-central1-b/disks/a`. */
  readonly path: string;
  readonly type: ComputeType;
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The path of what makes it anew if it is deleted, and takes it along: a cluster as `locations/Z/clusters/A`. */
  readonly owner: string | null;
  deletion: CloudOperation | null;
}

interface Put {
  readonly owner?: string;
  /** Default: a day ago. */
  readonly createdAt?: number;
}

const HOST = 'https://www.googleapis.com/compute/v1';
const DAY_MS = 24 * 60 * 60_000;

/** What tests have left in projects, with who holds what. What has become of a thing follows from the time. */
export class ComputeThings {
  readonly #cloud: Cloud;
  #things: ComputeThing[] = [];
  readonly #peeringEnds: { readonly thing: ComputeThing; readonly name: string; readonly endAt: number }[] =
    [];
  /** What is gone, and when. */
  readonly #ghosts: { readonly thing: ComputeThing; readonly goneAt: number }[] = [];

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Puts a thing there. `body` is checked against Google's types; URLs may begin at `projects/`. */
  put(project: string, path: string, body: Readonly<Record<string, unknown>> = {}, given: Put = {}): void {
    const [name = '', collection = ''] = path.split('/').reverse();
    const type = typeOf(collection);
    const createdAt = given.createdAt ?? this.#cloud.now() - DAY_MS;
    const whole = {
      ...body,
      name,
      kind: `compute#${type.schema}`,
      selfLink: `${HOST}/projects/${project}/${path}`,
      creationTimestamp: new Date(createdAt).toISOString(),
    };
    checkBody(whole, { api: 'compute', schema: type.schema, path: '' });
    if (this.find(project, path)) throw new Error(`${path} is there already`);
    this.#things.push({
      project,
      path,
      type,
      body: whole,
      createdAt,
      owner: given.owner ?? null,
      deletion: null,
    });
  }

  /** What there is, being deleted or not. */
  all(project: string): readonly ComputeThing[] {
    this.#bury();
    return this.#things.filter((thing) => thing.project === project);
  }

  find(project: string, path: string): ComputeThing | null {
    return this.all(project).find((thing) => thing.path === path) ?? null;
  }

  /** As the lists show them: late, and for a while after their end. */
  shown(project: string, { collection }: ComputeType): readonly ComputeThing[] {
    const { showsAfterMs, fadesAfterMs } = this.#cloud.knobs;
    const now = this.#cloud.now();
    const standing = this.all(project).filter(({ createdAt }) => createdAt <= now - showsAfterMs);
    const fading = this.#ghosts.filter(
      ({ thing, goneAt }) =>
        thing.project === project && goneAt > now - fadesAfterMs && !this.find(project, thing.path),
    );
    return [...standing, ...fading.map(({ thing }) => thing)].filter(
      ({ type }) => type.collection === collection,
    );
  }

  /** A thing as the API shows it: with those that use it. */
  bodyOf(thing: ComputeThing): object {
    const { body, type, deletion } = thing;
    const users = USED[type.collection];
    return {
      ...body,
      ...(users && { users: this.#usersOf(thing, users).map((path) => this.#url(thing.project, path)) }),
      ...(type.collection === 'instances' && { status: deletion ? 'STOPPING' : 'RUNNING' }),
    };
  }

  /**
   * Begins to delete a thing.
   * @throws ApiError 400, 404
   */
  remove(project: string, path: string): CloudOperation {
    const thing = this.find(project, path);
    if (!thing) throw notFound(`The resource 'projects/${project}/${path}'`);
    if (thing.deletion && this.#cloud.stateOf(thing.deletion) !== 'DONE') throw notReady(thing);
    refuse(thing, this.all(project));
    const holder = this.#holderOf(thing);
    const isLate = thing.type.collection === 'networks' || this.#cloud.knobs.refusesLate;
    if (holder !== null && !isLate) throw inUse(thing, holder);
    const late =
      holder === null
        ? null
        : { code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', message: inUse(thing, holder).message };
    thing.deletion = this.#begin(thing, 'delete', late);
    return thing.deletion;
  }

  /** @throws ApiError 400, 404 */
  removePeering(project: string, network: string, name: string): CloudOperation {
    const thing = this.find(project, network);
    if (!thing) throw notFound(`The resource 'projects/${project}/${network}'`);
    const peerings = peeringsOf(thing);
    if (!peerings.some((peering) => peering.name === name))
      throw badRequest(`There is no peering ${name} on the network.`);
    const operation = this.#begin(thing, 'removePeering', null);
    this.#peeringEnds.push({ thing, name, endAt: operation.endAt });
    return operation;
  }

  #begin(thing: ComputeThing, type: string, late: CloudOperation['error']): CloudOperation {
    const { undying, clinging, deleteMs } = this.#cloud.knobs;
    const [name = '', , ...scope] = thing.path.split('/').reverse();
    return this.#cloud.begin(
      { project: thing.project, zone: scope[0] ?? '', name: thing.path },
      { type, lastsMs: undying(name) ? Infinity : deleteMs, error: late ?? clinging(name) },
    );
  }

  /** The first that keeps a thing from being deleted. */
  #holderOf(thing: ComputeThing): string | null {
    const hidden = this.#cloud.knobs.heldBy(thing.path);
    if (hidden !== null) return hidden;
    const holder = this.all(thing.project).find((one) => holds(one, thing));
    if (holder) return holder.path;
    const [user] = this.#usersOf(thing, USED[thing.type.collection] ?? []);
    if (user !== undefined || thing.type.collection !== 'networks') return user ?? null;
    const [peering] = peeringsOf(thing);
    return peering ? `${thing.path} (peering ${peering.name})` : this.#machineIn(thing);
  }

  /** A cluster, or a VM that was ordered by the API, in the network. */
  #machineIn(network: ComputeThing): string | null {
    const inside = this.#cloud
      .things()
      .filter(({ project }) => project === network.project)
      .find(({ kind, body }) => {
        const { networkConfig } = body as { networkConfig?: { network?: string } };
        const used =
          kind === 'cluster'
            ? (networkConfig?.network ?? 'global/networks/default')
            : 'global/networks/default';
        return used.endsWith(network.path);
      });
    return inside ? `zones/${inside.zone}/instances/${inside.name}` : null;
  }

  /** Those whose fields say that they use it: an address by its IP. */
  #usersOf(thing: ComputeThing, used: readonly Use[]): readonly string[] {
    return used.flatMap(({ by, field, own }) => {
      const mine = own === null ? thing.path : String(thing.body[own]);
      return this.all(thing.project)
        .filter((one) => one.type.collection === by)
        .filter((one) => textsAt(one.body, field).some((text) => text === mine || text.endsWith(`/${mine}`)))
        .map(({ path }) => path);
    });
  }

  #url(project: string, path: string): string {
    return `${HOST}/projects/${project}/${path}`;
  }

  /** What time has brought to its end. */
  #bury(): void {
    const now = this.#cloud.now();
    for (const { thing, name } of this.#peeringEnds.filter(({ endAt }) => endAt <= now)) {
      const left = peeringsOf(thing).filter((peering) => peering.name !== name);
      (thing.body as { peerings?: unknown }).peerings = left;
    }
    // An end brings others with it.
    for (let count = -1; count !== this.#ghosts.length;) {
      count = this.#ghosts.length;
      this.#things = this.#things.filter((thing) => {
        const goneAt = this.#goneAt(thing);
        if (goneAt === null) return true;
        this.#ghosts.push({ thing, goneAt });
        return false;
      });
    }
  }

  #goneAt(thing: ComputeThing): number | null {
    const ends = [this.#ownEnd(thing), this.#endWithOwner(thing), this.#endWithInstance(thing)];
    const passed = ends.filter((at): at is number => at !== null && at <= this.#cloud.now());
    return passed.length > 0 ? Math.min(...passed) : null;
  }

  /** What an owner makes anew has no end of its own. */
  #ownEnd({ deletion, owner }: ComputeThing): number | null {
    return owner === null && deletion?.error === null ? deletion.endAt : null;
  }

  #endWithOwner({ project, owner }: ComputeThing): number | null {
    if (owner === null || this.#things.some((one) => one.project === project && one.path === owner))
      return null;
    const [, zone, name] = /^locations\/([^/]+)\/clusters\/(.*)$/.exec(owner) ?? [];
    if (zone !== undefined && name !== undefined)
      return this.#cloud.find('cluster', { project, zone, name }) ? null : this.#cloud.now();
    return this.#endOf(project, owner);
  }

  /** A disk that is deleted with its instance. */
  #endWithInstance({ project, path }: ComputeThing): number | null {
    const ends = this.#ghosts
      .filter(({ thing }) => thing.project === project && thing.type.collection === 'instances')
      .filter(({ thing }) =>
        (thing.body['disks'] as readonly { source?: string; autoDelete?: boolean }[] | undefined)?.some(
          ({ source, autoDelete }) => autoDelete === true && source?.endsWith(`/${path}`),
        ),
      )
      .map(({ goneAt }) => goneAt);
    return ends[0] ?? null;
  }

  #endOf(project: string, path: string): number | null {
    return this.#ghosts.find(({ thing }) => thing.project === project && thing.path === path)?.goneAt ?? null;
  }
}

/** How those are found that use a thing but don't hold it by a field of theirs that refers to it. */
interface Use {
  readonly by: string;
  readonly field: string;
  /** The field of the thing that theirs is equal to; null: they refer to the thing itself. */
  readonly own: string | null;
}
const USED: Readonly<Record<string, readonly Use[]>> = {
  disks: [{ by: 'instances', field: 'disks[].source', own: null }],
  addresses: [
    { by: 'forwardingRules', field: 'IPAddress', own: 'address' },
    { by: 'instances', field: 'networkInterfaces[].accessConfigs[].natIP', own: 'address' },
    { by: 'routers', field: 'nats[].natIps[]', own: null },
  ],
};

const peeringsOf = ({ body }: ComputeThing): readonly { readonly name: string }[] =>
  (body['peerings'] as readonly { name: string }[] | undefined) ?? [];

function holds(holder: ComputeThing, held: ComputeThing): boolean {
  if (holder === held || holder.project !== held.project) return false;
  // Subnets of a network in auto mode, and the routes that Google makes, go with it.
  if (holder.owner === held.path) return false;
  return holder.type.holds
    .flatMap((field) => textsAt(holder.body, field))
    .some((text) => text.endsWith(`/${held.path}`));
}

/** @throws ApiError 400 for what can't be deleted singly, or is protected */
function refuse(thing: ComputeThing, things: readonly ComputeThing[]): void {
  const { type, body, path, owner } = thing;
  if (body['deletionProtection'] === true)
    throw invalidUsage("Resource cannot be deleted if it's protected against deletion.");
  if (type.collection === 'subnetworks' && owner !== null)
    throw invalidUsage('Cannot delete auto subnetwork from an auto subnet mode network.');
  if (type.collection === 'routes' && ('nextHopNetwork' in body || 'nextHopPeering' in body))
    throw badRequest('The local route cannot be deleted.');
  const manager = path.replace('/instanceGroups/', '/instanceGroupManagers/');
  if (type.collection === 'instanceGroups' && things.some((one) => one.path === manager))
    throw badRequest(`The instance group '${path}' is managed. Delete its manager.`);
}

const invalidUsage = (why: string): ApiError =>
  new ApiError({
    status: 400,
    reason: 'invalidResourceUsage',
    canonical: 'INVALID_ARGUMENT',
    message: `Invalid resource usage: '${why}'.`,
  });

/** As in GoogleCloudPlatform/terraform-google-three-tier-web-app#167 and genevieve/leftovers#6. */
function inUse({ project, path, type }: ComputeThing, holder: string): ApiError {
  const word = type.schema.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  const message = `The ${word} resource 'projects/${project}/${path}' is already being used by 'projects/${project}/${holder}'`;
  return new ApiError({
    status: 400,
    reason: 'resourceInUseByAnotherResource',
    canonical: 'INVALID_ARGUMENT',
    message,
  });
}

const notReady = ({ project, path }: ComputeThing): ApiError =>
  new ApiError({
    status: 400,
    reason: 'resourceNotReady',
    canonical: 'INVALID_ARGUMENT',
    message: `The resource 'projects/${project}/${path}' is not ready`,
  });
