import { Firestore } from '@google-cloud/firestore';

import type { FirestoreLedgerOptions } from './options.ts';

/** The client of the service, or of an emulator. It connects with its first call. */
export function connect({ projectId, databaseId, emulator }: FirestoreLedgerOptions): Firestore {
  return new Firestore({
    ...(projectId !== undefined && { projectId }),
    ...(databaseId !== undefined && { databaseId }),
    ...(emulator !== undefined && { host: emulator, ssl: false, customHeaders: EMULATOR_OWNER }),
  });
}

/** Whom the emulator allows everything, instead of credentials. */
const EMULATOR_OWNER = { Authorization: 'Bearer owner' };
