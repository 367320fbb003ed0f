// What the package exports: the client of a Boskos API, a Mason's or the original's.

export { ERRORS, MasonError, type ErrorCode } from '../errors.ts';
export type { UserData } from '../ledger/records.ts';
export type { Held, Lease, Released, Resource } from './lease.ts';
export { MasonClient } from './masonClient.ts';
export type {
  AcquireOptions,
  Credentials,
  Heartbeat,
  HeartbeatOptions,
  MasonClientOptions,
  Place,
  ReleaseOptions,
  UsingOptions,
  Work,
} from './options.ts';
export { readEntry } from './userData.ts';
