import { MasonError } from '../../errors.ts';
import type { ServerConfig } from '../google/clusters.ts';

/** What a content asks for. */
export interface WantedVersion {
  /** A version, or the beginning of one. */
  readonly version?: string | undefined;
  readonly channel?: string | undefined;
}

/**
 * The version for a new cluster: the wanted one, or the newest that begins so, of the channel if there is one; without a
 * wanted one the channel's or the zone's default.
 * @throws MasonError CONTENT_INVALID, saying what there is
 */
export function versionFor({ version, channel }: WantedVersion, offer: ServerConfig, zone: string): string {
  const inChannel = offer.channels.find((one) => one.channel === channel);
  if (channel !== undefined && inChannel === undefined) {
    const channels = offer.channels.map((one) => one.channel).join(', ');
    throw unfit(`the channel ${channel}`, zone, channels);
  }
  const valid = inChannel ? inChannel.validVersions : offer.validMasterVersions;
  if (version === undefined) return inChannel ? inChannel.defaultVersion : offer.defaultClusterVersion;
  const [newest] = valid.filter((one) => beginsWith(one, version)).sort((a, b) => compare(b, a));
  if (newest === undefined) {
    const what = `version ${version}${channel === undefined ? '' : ` in the channel ${channel}`}`;
    throw unfit(what, zone, minorsOf(valid));
  }
  return newest;
}

/** 1.3 begins 1.3.5-gke.1, and not 1.30.1-gke.2. */
const beginsWith = (version: string, wanted: string): boolean =>
  version === wanted || version.startsWith(`${wanted}.`) || version.startsWith(`${wanted}-`);

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (version.match(/[0-9]+/g) ?? []).map(Number));
  for (let index = 0; index < 4; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const minorsOf = (versions: readonly string[]): string =>
  [...new Set(versions.map((version) => version.split('.').slice(0, 2).join('.')))].join(', ');

const unfit = (what: string, zone: string, offered: string): MasonError =>
  new MasonError(
    'CONTENT_INVALID',
    `GKE does not offer ${what} in ${zone}; there is ${offered || 'nothing'}. Change it in the content of the config`,
  );
