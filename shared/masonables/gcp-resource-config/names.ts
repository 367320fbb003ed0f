import { createHash } from 'node:crypto';

/** Whose work it is that a run does. */
export interface Maker {
  /** The virtual resource's name. */
  readonly resource: string;
  readonly cycle: number;
  readonly token: number;
}

/** GKE takes 40 characters at most. */
const LONGEST_NAME = 40;
/** Values of labels. */
const LONGEST_LABEL = 63;

/**
 * The name of what is made: virtual resource + cycle + item, so that a repeated run finds what is there. It fits
 * `[a-z]([-a-z0-9]*[a-z0-9])?`, and is a VM's as well as a cluster's.
 */
export function nameOf({ resource, cycle }: Omit<Maker, 'token'>, item: string): string {
  const tail = `-${digest(resource)}-${cycle}-${item}`;
  const slug = slugOf(resource);
  const head = /^[a-z]/.test(slug) ? slug : `m${slug}`;
  return head.slice(0, LONGEST_NAME - tail.length).replace(/-+$/, '') + tail;
}

/** What tells our things from others: the keys are the same for clusters and VMs. */
export const LABELS = {
  resource: 'mason-resource',
  cycle: 'mason-cycle',
  item: 'mason-item',
  /** Of the run that ordered it. */
  token: 'mason-token',
} as const;

export function labelsOf({ resource, cycle, token }: Maker, item: string): Record<string, string> {
  return {
    [LABELS.resource]: labelOf(resource),
    [LABELS.cycle]: String(cycle),
    [LABELS.item]: item,
    [LABELS.token]: String(token),
  };
}

/** A resource's name as a label's value: as it is, if it fits. */
export function labelOf(resource: string): string {
  if (resource.length <= LONGEST_LABEL && /^[a-z0-9_-]+$/.test(resource)) return resource;
  const tail = `-${digest(resource)}`;
  return slugOf(resource).slice(0, LONGEST_LABEL - tail.length) + tail;
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

/** Keeps apart what the cut or the slug would make equal: one pair in 16 million. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);
