import type { ResourceRecord } from '../records.ts';

/** What nobody has any more and Mason has work with, as it was in that moment. */
export type GivenBack = Pick<ResourceRecord, 'name' | 'type' | 'state' | 'lastUpdate'>;
