// What a package of its own needs to write a Masonable or a cleaner: `serverless-mason/masonable`.

export type { Json, UserData } from '../ledger/records.ts';
export { constructed, destroyed, notYet } from './port.ts';
export type {
  Cleaner,
  CleanerConverter,
  ConfigConverter,
  Construction,
  Destruction,
  LeasedResources,
  Masonable,
  MasonableResource,
  NotYet,
  RunContext,
} from './port.ts';
export type { Registry } from './registry.ts';
