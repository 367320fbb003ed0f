import type { Loans } from '../../port.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { adopt } from './adopt.ts';
import { disown } from './disown.ts';
import { due } from './due.ts';
import { end } from './end.ts';
import { drop, intend, unsettled } from './intents.ts';
import { outdated } from './outdated.ts';
import { stock, surrender } from './stock.ts';

export const loans = (parts: LedgerParts): Loans => ({
  intend: (intents) => intend(parts, intents),
  adopt: (adoptions, graceMs, keepMs) => adopt(parts, adoptions, { graceMs, keepMs }),
  drop: (owners) => drop(parts, owners),
  unsettled: (ageMs, limit) => unsettled(parts, ageMs, limit),
  due: (order) => due(parts, order),
  end: (over) => end(parts, over),
  disown: (fence) => disown(parts, fence),
  surrender: (name, owner) => surrender(parts, name, owner),
  stock: (type, limit) => stock(parts, type, limit),
  outdated: (type, limit, from) => outdated(parts, { type, limit, from }),
});
