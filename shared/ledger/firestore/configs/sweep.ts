import { dueAtOnce } from '../../transitions/config.ts';
import { changeEach } from '../changeEach.ts';
import { contentId, contents, types, type TypeDocument } from '../documents/config.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { members, namingConfig, waitingBy } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** Looks at members only where an old content is left: while a pool is being rebuilt. */
export async function sweep(parts: LedgerParts): Promise<void> {
  const { store } = parts;
  const present = await store.look((session) => session.find(types, {}));
  for (const { spec, hashes } of present) {
    const { type } = spec;
    if (!spec.removed && hashes.length === 1) continue;
    if (spec.removed) await ensurePool(parts, type);
    const named = await store.commit(async (session) => {
      const document = await session.get(types, type);
      return document === null ? [] : sweepType(session, document);
    });
    if (spec.removed) parts.types.forget();
    for (const hash of named) await wakeWaiting(parts, { type, hash });
  }
}

/** A type ends in one commit with its pool's document: who makes a member by what he knew before must find that changed. */
const ensurePool = ({ store }: LedgerParts, type: string): Promise<void> =>
  store.commit(async (session) => {
    const pool = await session.get(poolSizes, type);
    if (pool === null) session.put(poolSizes, type, EMPTY_POOL);
  });

/** @returns old contents that have to stay, since a record names them */
async function sweepType(session: Session, { spec, hashes }: TypeDocument): Promise<readonly string[]> {
  const { type } = spec;
  const pool = (await session.get(poolSizes, type)) ?? EMPTY_POOL;
  // What another server lends is in no pool.
  const isOver = spec.removed && pool.members === 0 && !(await session.has(resources, members(type)));
  const named: string[] = [];
  const unnamed: string[] = [];
  for (const hash of hashes.filter((one) => isOver || one !== spec.hash))
    (!isOver && (await isNamed(session, type, hash)) ? named : unnamed).push(hash);
  const ids = unnamed.map((hash) => contentId(type, hash));
  await session.getAll(contents, ids);
  for (const id of ids) session.remove(contents, id);
  if (isOver) {
    session.remove(types, type);
    session.remove(poolSizes, type);
  } else if (unnamed.length > 0) {
    session.put(types, type, { spec, hashes: hashes.filter((hash) => !unnamed.includes(hash)) });
  }
  return named;
}

async function isNamed(session: Session, type: string, hash: string): Promise<boolean> {
  const [byCycle, byThing] = await Promise.all([
    session.has(resources, namingConfig(type, 'configHash', hash)),
    session.has(resources, namingConfig(type, 'builtBy', hash)),
  ]);
  return byCycle || byThing;
}

/** Whoever stored the config may have died before all that wait by the one before were told. */
async function wakeWaiting(
  { store }: LedgerParts,
  config: { readonly type: string; readonly hash: string },
): Promise<void> {
  await changeEach(store, {
    find: (session) => session.find(resources, waitingBy(config)),
    become: dueAtOnce,
  });
}
