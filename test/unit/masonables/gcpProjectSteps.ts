import { PROJECT, type JanitorWorld } from '../../support/gcp/janitorWorld.ts';
import { FURNITURE } from '../../support/gcp/litter.ts';

export const MINUTE_MS = 60_000;

/** Nothing that the project's user has made is there any more. */
export const left = ({ standIn }: JanitorWorld): string[] =>
  standIn.standing(PROJECT).filter((path) => !FURNITURE.includes(path));

export const deleted = ({ standIn }: JanitorWorld): string[] =>
  standIn.calls
    .filter(({ method }) => method !== 'GET')
    .map(({ path }) => path.replace(/^.*\/projects\/[^/]+\//, ''));

/** What `mason status NAME` shows of the last error, once there is one. */
export async function lastError({ world }: JanitorWorld, withinMinutes = 60): Promise<string> {
  for (let minute = 0; minute < withinMinutes; minute += 1) {
    await world.minutes(1);
    const { lastError: error } = (await world.worked(PROJECT)).work;
    if (error !== null) return error.message;
  }
  throw new Error(`no error within ${withinMinutes} min`);
}

export const PEERED = { peerings: [{ name: 'p', network: 'projects/p2/global/networks/theirs' }] };

export const url = (path: string): string =>
  `https://www.googleapis.com/compute/v1/projects/${PROJECT}/${path}`;
