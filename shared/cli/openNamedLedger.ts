import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { MasonError } from '../errors.ts';
import type { Ledger } from '../ledger/port.ts';
import { readLedgerChoice, type LedgerChoice } from '../runtime/choices.ts';
import { systemClock } from '../runtime/clock.ts';
import { openCloudLedger } from '../runtime/compose.ts';
import { openLocalLedger } from '../runtime/composeLocal.ts';
import { systemRandom } from '../runtime/random.ts';
import type { Io } from './io.ts';

/**
 * A ledger that no server stands before. A misspelt path would be one more empty ledger, so the file has to be there, or, for
 * a new one, not to be there.
 *
 * @throws MasonError ENVIRONMENT_INVALID, LEDGER_UNREADABLE
 */
export async function openNamedLedger(
  { environment, directory }: Pick<Io, 'environment' | 'directory'>,
  { ledger: text, isNew }: { readonly ledger: string; readonly isNew: boolean },
): Promise<Ledger> {
  const choice: LedgerChoice | { readonly fault: string } = readLedgerChoice(text);
  if ('fault' in choice) throw new MasonError('ENVIRONMENT_INVALID', `--ledger ${choice.fault}`);
  const surroundings = { clock: systemClock, random: systemRandom };
  if (choice.kind === 'firestore') {
    const projectId = environment['GOOGLE_CLOUD_PROJECT'];
    const { databaseId } = choice;
    const place = {
      ...(projectId !== undefined && { projectId }),
      ...(databaseId !== null && { databaseId }),
    };
    return openCloudLedger(place, surroundings);
  }
  const path = resolve(directory, choice.path);
  if (existsSync(path) !== isNew) return openLocalLedger(path, surroundings);
  const why = isNew ? 'there is such a file, so --new is not for it' : 'there is no such file';
  throw new MasonError('ENVIRONMENT_INVALID', `--ledger ${choice.path}: ${why}`);
}
