import type { Kind } from './kinds.ts';

/** Google's fields refer by URLs, whole or from `projects/` on; the project stands there by its ID or its number. */
const REFERENCE =
  /(?:^|\/)projects\/([^/]+)\/((?:global|(?:zones|regions|locations)\/[^/]+)\/[A-Za-z]+\/[^/]+)$/;

/** The path below the project that a value refers to; null if it refers to nothing in this project. */
export function pathIn(value: unknown, project: string): string | null {
  if (typeof value !== 'string') return null;
  const [, of, path] = REFERENCE.exec(value) ?? [];
  return of === project || /^[0-9]+$/.test(of ?? '') ? (path ?? null) : null;
}

/** The paths of all that a thing is made of or bound to. */
export function referencesIn(item: object, project: string, { collection }: Kind): ReadonlySet<string> {
  const found = new Set<string>();
  // A network lists its subnets and the networks that it peers with: these are no part of it.
  if (collection !== 'networks') collect(item, { project, found, inside: false });
  return found;
}

interface Search {
  readonly project: string;
  readonly found: Set<string>;
  /** Whether it is below the thing's own fields. */
  readonly inside: boolean;
}

function collect(value: unknown, search: Search): void {
  const path = pathIn(value, search.project);
  if (path !== null) search.found.add(path);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!NOT_BOUND.includes(key) && !(key.startsWith(ORIGIN) && !search.inside))
      collect(inner, { ...search, inside: true });
  }
}

/** The thing itself, and those that need it rather than being needed. */
const NOT_BOUND = ['selfLink', 'selfLinkWithId', 'users', 'usedBy'];
/** What a disk, an image or a snapshot was once made from. What a template makes its disks from stands deeper. */
const ORIGIN = 'source';

/** The paths of what a thing itself says that it is used by: a disk by instances, an address by forwarding rules. */
export function usersIn(item: Readonly<Record<string, unknown>>, project: string): ReadonlySet<string> {
  const references = [...listOf(item['users']), ...listOf(item['usedBy']).map(referenceOf)];
  return new Set(
    references.map((one) => pathIn(one, project)).filter((path): path is string => path !== null),
  );
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const referenceOf = (value: unknown): unknown => (Object(value) as { reference?: unknown }).reference;
