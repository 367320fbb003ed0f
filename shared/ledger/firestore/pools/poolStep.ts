import type { Pools, Wake } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { EVERYBODY } from '../../transitions/disclaim.ts';
import { makeResource, pastOf, retire, type Birth } from '../../transitions/pool.ts';
import { wakeOf } from '../../transitions/work.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import { pasts, poolSizes, type Pool } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { putRecord } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

export type PoolNames = Parameters<Pools['keepSize']>[1];

/** Members made or retired in one commit. */
const AT_ONCE = 200;

/**
 * What one commit changes of a pool. Whoever makes or drops a member writes the pool's own document with it, so that of
 * two who do it at once one looks again.
 */
export class PoolStep {
  readonly made: string[] = [];
  readonly dropped: string[] = [];
  readonly doomed: Wake[] = [];
  readonly session: Session;
  readonly spec: TypeRecord;
  readonly #names: PoolNames;
  readonly #before: Pool;
  #applied: string | null;
  #retired = 0;
  #left = AT_ONCE;

  /** @param from how new members and their owners are named, and the pool as it was read */
  constructor(session: Session, spec: TypeRecord, from: { readonly names: PoolNames; readonly pool: Pool }) {
    this.session = session;
    this.spec = spec;
    this.#names = from.names;
    this.#before = from.pool;
    this.#applied = from.pool.applied;
  }

  /** As it will be when this is committed. */
  get members(): number {
    return this.#before.members + this.made.length - this.dropped.length;
  }

  /** Whether more remains to be done than one commit takes. */
  get isFull(): boolean {
    return this.#left === 0;
  }

  isApplied(fingerprint: string): boolean {
    return this.#applied === fingerprint;
  }

  /** @param fingerprint of the names that the pool has now; null: it hasn't those that it should have */
  markApplied(fingerprint: string | null): void {
    this.#applied = fingerprint;
  }

  makeNew(count: number): void {
    for (let left = Math.min(count, this.#left); left > 0; left -= 1) {
      const name = this.#names.newName();
      this.session.assumeAbsent(resources, name);
      this.#make({ name, past: null });
    }
  }

  /** Under names that may have had a bearer. One that is in use yet, under another type, is left for later. */
  async makeNamed(names: readonly string[]): Promise<void> {
    for (let start = 0; start < names.length && !this.isFull; start += AT_ONCE) {
      const some = names.slice(start, start + AT_ONCE);
      // In this order: what is dropped in between has left its past behind.
      const taken = await this.session.getAll(resources, some);
      const [floor = null, ...past] = await this.session.getAll(pasts, [EVERYBODY, ...some]);
      for (const [index, name] of some.entries())
        if (taken[index] === null && this.#left > 0) this.#make({ name, past: past[index] ?? null, floor });
    }
  }

  /** Retires members in their order until `wanted` of them are on their way out. */
  async retireAll(members: readonly ResourceRecord[], wanted: number): Promise<void> {
    let retired = 0;
    for (const member of members) {
      if (retired >= wanted || this.isFull) return;
      if (await this.#retire(member)) retired += 1;
    }
  }

  async drop(record: ResourceRecord): Promise<void> {
    const past = pastOf(record);
    if (past !== null) {
      await this.session.get(pasts, record.name);
      this.session.put(pasts, record.name, past);
    }
    this.session.remove(resources, record.name);
    this.dropped.push(record.name);
    this.#applied = null;
    this.#left -= 1;
  }

  finish(): void {
    const { type } = this.spec;
    const after: Pool = { ...this.#before, members: this.members, applied: this.#applied };
    // Retiring changes nothing in it, but two who do it at once must not both take the one too many.
    const changes = this.made.length + this.dropped.length + this.#retired;
    if (changes > 0 || after.applied !== this.#before.applied) this.session.put(poolSizes, type, after);
  }

  #make(birth: Birth): void {
    const { name } = birth;
    putRecord(this.session, makeResource(this.spec, birth, this.session.moment), null);
    this.made.push(name);
    this.#applied = null;
    this.#left -= 1;
  }

  /** @returns whether it is on its way out */
  async #retire(member: ResourceRecord): Promise<boolean> {
    const { newOwner, graceMs } = this.#names;
    const how = { ...this.session.moment, owner: newOwner(), graceMs };
    const retirement = retire(member, this.spec, how);
    if (retirement.kind === 'inUse') return false;
    if (retirement.kind === 'drop') await this.drop(member);
    if (retirement.kind === 'put' || retirement.kind === 'doom') {
      putRecord(this.session, retirement.record, member);
      this.#retired += 1;
      this.#left -= 1;
    }
    if (retirement.kind === 'doom')
      this.doomed.push(wakeOf(retirement.record, retirement.record.work.phase ?? 'recycle'));
    return true;
  }
}
