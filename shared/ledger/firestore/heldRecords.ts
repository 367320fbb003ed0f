import type { Timestamp } from '@google-cloud/firestore';

import type { Fence } from '../port.ts';
import type { WorkRecord } from '../records.ts';
import { resources } from './documents/resource.ts';
import type { Written, Session } from './store/session.ts';

/** A process has far fewer runs at a time; one that is forgotten costs a read. */
const KEPT = 1_000;

/** The records of this process's own runs as they last wrote them: their next write needs no read. */
export class HeldRecords {
  readonly #records = new Map<string, Written<WorkRecord>>();

  keep(record: WorkRecord, at: { readonly version: Timestamp; readonly commits: readonly string[] }): void {
    if (this.#records.size >= KEPT) this.#records.clear();
    this.#records.set(keyOf({ name: record.name, token: record.work.token }), { ...at, value: record });
  }

  /** Lets the session believe it; whatever comes of that, the next one reads or is told anew. */
  recall(session: Session, fence: Fence): void {
    const key = keyOf(fence);
    const written = this.#records.get(key);
    if (written === undefined) return;
    this.#records.delete(key);
    session.recall(resources, fence.name, written);
  }
}

const keyOf = ({ name, token }: Fence): string => `${token} ${name}`;
