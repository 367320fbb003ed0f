import type { DocumentSnapshot, Firestore } from '@google-cloud/firestore';

import { MasonError } from '../../errors.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ConfigSource } from '../source.ts';
import { unreadable } from '../unreadable.ts';

/** The client retries for minutes what a tick asks again after one. */
const READ_MS = 10_000;
/** The field of the document that holds the config. */
const FIELD = 'text';

export interface FirestoreParts {
  readonly client: () => Promise<Pick<Firestore, 'doc' | 'getAll'>>;
  readonly clock: Pick<Clock, 'after'>;
}

/** The config in the field `text` of a document of Firestore. The document's update time is the validator. */
export function firestoreSource(document: string, { client, clock }: FirestoreParts): ConfigSource {
  const file = `firestore:${document}`;
  /** @param fields none: the document's times alone */
  const get = async (fields: readonly string[]): Promise<DocumentSnapshot | undefined> => {
    const firestore = await client();
    const [snapshot] = await firestore.getAll(firestore.doc(document), { fieldMask: [...fields] });
    return snapshot;
  };
  const read = async (known: string | null): ReturnType<ConfigSource['read']> => {
    if (known !== null && validatorOf(await get([])) === known) return 'unchanged';
    const snapshot = await get([FIELD]);
    if (snapshot?.exists !== true) throw unreadable(file, 'there is no such document');
    const text: unknown = snapshot.get(FIELD);
    if (typeof text !== 'string') throw unreadable(file, `it has no field "${FIELD}" of type string`);
    const validator = validatorOf(snapshot);
    return validator === undefined ? { file, text } : { file, text, validator };
  };
  return {
    async read(known) {
      const late = Promise.withResolvers<never>();
      const cancel = clock.after(READ_MS, () => {
        late.reject(unreadable(file, `Firestore did not answer within ${READ_MS / 1000} s`));
      });
      try {
        return await Promise.race([read(known), late.promise]);
      } catch (error) {
        throw error instanceof MasonError ? error : unreadable(file, reasonOf(error), error);
      } finally {
        cancel();
      }
    },
  };
}

/** To the nanosecond. */
const validatorOf = (snapshot: DocumentSnapshot | undefined): string | undefined =>
  snapshot?.updateTime?.valueOf();

const PERMISSION_DENIED = 7;

function reasonOf(error: unknown): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  if (code === PERMISSION_DENIED)
    return 'Firestore refuses it: grant the service account roles/datastore.viewer';
  return typeof message === 'string' ? message : String(error);
}
