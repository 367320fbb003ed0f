import {
  FieldValue,
  type DocumentData,
  type Firestore,
  type UpdateData,
  type WriteBatch,
} from '@google-cloud/firestore';

import type { Fields } from './kind.ts';
import { SCHEMA_VERSION } from './schemaVersion.ts';
import type { Write } from './session.ts';

/** Commits that a document remembers, should a reply be lost and others write before it is looked for. */
const COMMITS_KEPT = 3;

/** All of the writes as one batch, each conditioned on what was seen. */
export function batchOf(firestore: Firestore, writes: readonly Write[], id: string): WriteBatch {
  const batch = firestore.batch();
  for (const write of writes) add(batch, write, id);
  return batch;
}

function add(batch: WriteBatch, { seen, kind, value }: Write, id: string): void {
  const { reference, version } = seen;
  if (value === null) {
    batch.delete(reference, version === null ? {} : { lastUpdateTime: version });
    return;
  }
  const fields = {
    ...kind.encode(value as never),
    schema: SCHEMA_VERSION,
    commits: commitsAfter(seen, id),
  };
  if (version === null) batch.create(reference, present(fields));
  else batch.update(reference, replacing(fields), { lastUpdateTime: version });
}

export const commitsAfter = ({ commits }: Write['seen'], id: string): readonly string[] =>
  [...commits, id].slice(-COMMITS_KEPT);

const present = (fields: Fields): DocumentData =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What the document is not to have any more has to be deleted by name: an update leaves the rest as it is. */
const replacing = (fields: Fields): UpdateData<DocumentData> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value ?? absent(value)]));

const absent = (value: null | undefined): FieldValue | null =>
  value === undefined ? FieldValue.delete() : null;
