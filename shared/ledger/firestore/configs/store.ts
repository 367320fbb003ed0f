import { isDeepStrictEqual } from 'node:util';

import { asRemoved, dueAtOnce, keepingPause } from '../../transitions/config.ts';
import { contentRecordSchema, type TypeRecord } from '../../typeRecord.ts';
import { changeEach } from '../changeEach.ts';
import { configHead, contentId, contents, HEAD, types, type TypeDocument } from '../documents/config.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { waiting } from '../queries.ts';
import type { Session } from '../store/session.ts';

export async function store(parts: LedgerParts, wanted: readonly TypeRecord[]): Promise<void> {
  const changed = await parts.store.commit((session) => storeAll(session, wanted));
  parts.types.forget();
  for (const type of changed)
    await changeEach(parts.store, {
      find: (session) => session.find(resources, waiting(type)),
      become: dueAtOnce,
    });
}

/** @returns the types of which members are to be built from another config than before */
async function storeAll(session: Session, wanted: readonly TypeRecord[]): Promise<string[]> {
  const { stores } = (await session.get(configHead, HEAD)) ?? { stores: 0 };
  const present = await session.find(types, {});
  const before = new Map(present.map((document) => [document.spec.type, document]));
  const named = new Set(wanted.map(({ type }) => type));
  for (const document of present)
    if (!named.has(document.spec.type) && !document.spec.removed)
      session.put(types, document.spec.type, { ...document, spec: asRemoved(document.spec) });
  await session.getAll(types, [...named]);
  for (const spec of wanted) {
    const old = before.get(spec.type) ?? null;
    await storeOne(session, keepingPause(spec, old?.spec ?? null), old);
  }
  if (session.writes.length > 0) session.put(configHead, HEAD, { stores: stores + 1 });
  return wanted.flatMap(({ type, hash }) => (before.get(type)?.spec.hash === hash ? [] : [type]));
}

async function storeOne(session: Session, spec: TypeRecord, old: TypeDocument | null): Promise<void> {
  const { type, hash } = spec;
  const hashes = old?.hashes ?? [];
  if (!hashes.includes(hash)) {
    const id = contentId(type, hash);
    await session.get(contents, id);
    session.put(contents, id, contentRecordSchema.parse(spec));
  }
  if (old !== null && isDeepStrictEqual(old.spec, spec)) return;
  session.put(types, type, { spec, hashes: [...new Set([...hashes, hash])] });
}
