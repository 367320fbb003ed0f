import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { MasonError } from '../errors.ts';
import type { Ledger } from '../ledger/port.ts';
import { type Surroundings } from '../runtime/compose.ts';
import { openLocalLedger } from '../runtime/composeLocal.ts';
import { IN_MEMORY } from './settings.ts';
import { systemMessage } from '../runtime/systemMessage.ts';

/**
 * The ledger in the data folder, which is made where it is missing, for its owner alone: user data can be credentials.
 * @throws MasonError ENVIRONMENT_INVALID, LEDGER_UNAVAILABLE, LEDGER_UNREADABLE
 */
export function openData(folder: string, surroundings: Pick<Surroundings, 'clock' | 'random'>): Ledger {
  if (folder === IN_MEMORY) return openLocalLedger(IN_MEMORY, surroundings);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const message = `the data folder ${folder} can not be made (--data): ${systemMessage(error)}`;
    throw new MasonError('ENVIRONMENT_INVALID', message, { cause: error });
  }
  return openLocalLedger(join(folder, 'ledger.sqlite'), surroundings);
}
