import type { Configs } from '../../port.ts';
import { contentId, contents, types } from '../documents/config.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { pause } from './pause.ts';
import { store } from './store.ts';
import { sweep } from './sweep.ts';

export const configs = (parts: LedgerParts): Configs => ({
  store: (wanted) => store(parts, wanted),
  pause: (type, order) => pause(parts, type, order),
  types: () =>
    parts.store.look(async (session) => (await session.find(types, BY_NAME)).map(({ spec }) => spec)),
  type: (type) => parts.store.look((session) => parts.types.get(session, type)),
  content: (type, hash) => parts.store.look((session) => session.get(contents, contentId(type, hash))),
  sweep: () => sweep(parts),
});

const BY_NAME = { orderBy: ['type'] } as const;
