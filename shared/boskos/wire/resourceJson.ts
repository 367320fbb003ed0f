import type { Metric } from '../../ledger/port.ts';
import type { ResourceRecord } from '../../ledger/records.ts';
import { goList, goMap, goStruct, goText } from './goJson.ts';
import { goTime, goTimeInSeconds } from './goTime.ts';

type Field = readonly [name: string, json: string];

/** A resource as /acquire and /acquirebystate give it: `userdata` is never null, an unset `expiration-date` left out. */
export const resourceJson = (record: ResourceRecord): string =>
  goStruct([...identity(record), ['userdata', goMap(record.userData, goText)], ...expiration(record)]);

/**
 * A resource for those who look on. Without its user data, which is credentials and only for who holds the resource.
 * @param leased names that its user data tells of what it is made of
 */
export const publicResourceJson = (record: ResourceRecord, leased: readonly string[] = []): string =>
  goStruct([
    ...identity(record),
    ...expiration(record),
    ...(leased.length === 0 ? [] : [['leased', goList(leased.map(goText))] as const]),
  ]);

const identity = ({ type, name, state, owner, lastUpdate }: ResourceRecord): Field[] => [
  ['type', goText(type)],
  ['name', goText(name)],
  ['state', goText(state)],
  ['owner', goText(owner)],
  ['lastupdate', goText(goTime(lastUpdate))],
];

const expiration = ({ expiration: at }: ResourceRecord): Field[] =>
  at === null ? [] : [['expiration-date', goText(goTimeInSeconds(at))]];

/** What /metric tells of a type. */
export const metricJson = ({ type, current, owner }: Metric): string =>
  goStruct([
    ['type', goText(type)],
    ['current', goMap(current, String)],
    ['owner', goMap(owner, String)],
  ]);
