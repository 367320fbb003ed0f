import { contentId, contents, types, type TypeDocument } from '../documents/config.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { namingConfig } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** Looks at members only where an old content is left: while a pool is being rebuilt. */
export async function sweep(parts: LedgerParts): Promise<void> {
  const { store } = parts;
  const present = await store.look((session) => session.find(types, {}));
  for (const { spec, hashes } of present) {
    if (!spec.removed && hashes.length === 1) continue;
    await store.commit(async (session) => {
      const document = await session.get(types, spec.type);
      if (document !== null) await sweepType(session, document);
    });
    if (spec.removed) parts.types.forget();
  }
}

async function sweepType(session: Session, { spec, hashes }: TypeDocument): Promise<void> {
  const { type } = spec;
  const pool = (await session.get(poolSizes, type)) ?? EMPTY_POOL;
  const isOver = spec.removed && pool.members === 0;
  const old = hashes.filter((hash) => isOver || hash !== spec.hash);
  const unnamed: string[] = [];
  for (const hash of old) if (isOver || !(await isNamed(session, type, hash))) unnamed.push(hash);
  const ids = unnamed.map((hash) => contentId(type, hash));
  await session.getAll(contents, ids);
  for (const id of ids) session.remove(contents, id);
  if (isOver) {
    session.remove(types, type);
    session.remove(poolSizes, type);
  } else if (unnamed.length > 0) {
    session.put(types, type, { spec, hashes: hashes.filter((hash) => !unnamed.includes(hash)) });
  }
}

async function isNamed(session: Session, type: string, hash: string): Promise<boolean> {
  const [byCycle, byThing] = await Promise.all([
    session.has(resources, namingConfig(type, 'configHash', hash)),
    session.has(resources, namingConfig(type, 'builtBy', hash)),
  ]);
  return byCycle || byThing;
}
