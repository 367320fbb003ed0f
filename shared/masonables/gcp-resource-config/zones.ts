import { createHash } from 'node:crypto';

import { MasonError } from '../../errors.ts';
import type { Region } from '../google/instances.ts';

/** What is to be placed. */
export interface Demand {
  /** Spreads things of equal rank over the zones. */
  readonly name: string;
  readonly project: string;
  readonly machineType: string;
  readonly machines: number;
  /** Zone or region → why it is of no use. */
  readonly failed: Readonly<Record<string, string>>;
}

/**
 * The zone where a thing fits best: in the region with the most of the project's quota left, and none that failed.
 * @throws MasonError GOOGLE_FAILED, saying of each zone and region why not
 */
export function chooseZone(regions: readonly Region[], demand: Demand): string {
  const { failed, name } = demand;
  const places = regions
    .filter(({ status }) => status === 'UP')
    .flatMap((region) => {
      const share = shareLeft(region, demand);
      return share < 0 ? [] : region.zones.map((zone) => ({ zone, region: region.name, share }));
    })
    .filter(({ zone, region }) => failed[zone] === undefined && failed[region] === undefined)
    .sort((a, b) => b.share - a.share || compareText(rank(name, a.zone), rank(name, b.zone)));
  const [best] = places;
  if (best) return best.zone;
  throw new MasonError(
    'GOOGLE_FAILED',
    `no zone is left for ${name} in ${demand.project}: ${whyNone(regions, demand)}`,
  );
}

export const regionOf = (zone: string): string => zone.replace(/-[a-z]$/, '');

/** Counts a placed thing as used, so that the next one sees what it leaves. */
export function spend(regions: readonly Region[], zone: string, demand: Omit<Demand, 'failed'>): Region[] {
  return regions.map((region) => {
    if (!region.zones.includes(zone)) return region;
    const needs = needsOf(region, demand);
    const quotas = region.quotas.map((quota) => ({
      ...quota,
      usage: quota.usage + (needs.get(quota.metric) ?? 0),
    }));
    return { ...region, quotas };
  });
}

/** Of the scarcest quota, the share (0 to 1) that would be left; below 0 it does not fit. */
function shareLeft(region: Region, demand: Omit<Demand, 'failed'>): number {
  const needs = needsOf(region, demand);
  const shares = region.quotas.flatMap(({ metric, limit, usage }) => {
    const needed = needs.get(metric);
    return needed === undefined ? [] : [limit <= 0 ? -1 : (limit - usage - needed) / limit];
  });
  return Math.min(1, ...shares);
}

/** Quota metric → how much of it machines of this type take. */
function needsOf({ quotas }: Region, { machineType, machines }: Omit<Demand, 'failed'>): Map<string, number> {
  return new Map([
    [cpuMetric(machineType, new Set(quotas.map(({ metric }) => metric))), machines * cpusOf(machineType)],
    ['INSTANCES', machines],
    ['IN_USE_ADDRESSES', machines],
  ]);
}

/** Most families have a quota of their own (`N2_CPUS`); E2, N1 and the smallest share `CPUS`. */
function cpuMetric(machineType: string, metrics: ReadonlySet<string>): string {
  const own = `${machineType.split('-')[0]?.toUpperCase() ?? ''}_CPUS`;
  return metrics.has(own) ? own : 'CPUS';
}

/** By its name: `n1-standard-4` has 4, `n2-custom-6-2048` has 6, and the shared ones (`e2-medium`) count as 2. */
export function cpusOf(machineType: string): number {
  const [, count] =
    /-custom-([0-9]+)-/.exec(machineType) ?? /-([0-9]+)(?:-lssd|-metal|[a-z])?$/.exec(machineType) ?? [];
  return count === undefined ? 2 : Number(count);
}

function whyNone(regions: readonly Region[], demand: Demand): string {
  const { failed, machineType, machines } = demand;
  const tried = Object.entries(failed).map(([place, reason]) => `${place}: ${reason}`);
  const full = regions.filter((region) => shareLeft(region, demand) < 0).map((region) => region.name);
  const lacking = `the quota does not hold ${machines} × ${machineType} (${machines * cpusOf(machineType)} CPUs) in ${full.join(', ')}`;
  const reasons =
    [...tried, ...(full.length > 0 ? [lacking] : [])].join('; ') || 'the project has no region that is up';
  return `${reasons}. Ask for more quota, or take smaller or other machines`;
}

const rank = (name: string, zone: string): string =>
  createHash('sha256').update(`${name} ${zone}`).digest('hex');
const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
