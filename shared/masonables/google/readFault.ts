import * as z from 'zod';

import { GoogleFault, type FaultKind } from './fault.ts';

/** The parts of Google's error body that are read. `errors` and `reason` are the Compute API's, `details` are both's. */
const errorBody = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().default(''),
    errors: z.array(z.object({ reason: z.string().default('') })).default([]),
    details: z
      .array(
        z.object({ reason: z.string().default(''), metadata: z.record(z.string(), z.string()).default({}) }),
      )
      .catch([]),
  }),
});

interface Refusal {
  /** What was tried: "create the cluster a in b". */
  readonly what: string;
  readonly project: string;
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

/** What an answer that is no success means. */
export function readFault(refusal: Refusal): GoogleFault {
  const said = readSaid(refusal.text);
  const kind = kindOf(refusal, said);
  const isRate = refusal.status === 429 || hasWord(said, RATE);
  const told =
    said.message === '' ? `status ${refusal.status}` : `${refusal.status}: ${oneLine(said.message)}`;
  const message = `could not ${refusal.what}: Google answers ${told}`;
  const retryAfterMs = 1_000 * (Number(refusal.retryAfter) || 0);
  return new GoogleFault({
    kind,
    message: `${message}${adviceFor(kind, refusal, said)}`,
    retryAfterMs,
    isRate,
    offIn: kind === 'off' ? consumerIn(said) : null,
  });
}

/** What Google says of an operation that has ended in an error, by its code (`ZONE_RESOURCE_POOL_EXHAUSTED`…) and message. */
export function operationFault(what: string, code: string, message: string): GoogleFault {
  const text = `${code} ${message}`;
  const kind = STOCKOUT.test(text) ? 'stockout' : QUOTA.test(text) ? 'quota' : 'invalid';
  const told = oneLine(message) || code || 'an error without a message';
  return new GoogleFault({ kind, message: `could not ${what}: ${told}` });
}

interface Said {
  readonly message: string;
  /** The canonical code and all reasons. */
  readonly words: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

function readSaid(text: string): Said {
  const { success, data } = errorBody.safeParse(parsed(text));
  if (!success) return { message: '', words: [], metadata: {} };
  const { message, status, errors, details } = data.error;
  const words = [status, ...[...errors, ...details].map(({ reason }) => reason)];
  return {
    message,
    words,
    metadata: Object.assign({}, ...details.map(({ metadata }) => metadata)) as Said['metadata'],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const STOCKOUT = /ZONE_RESOURCE_POOL_EXHAUSTED|STOCKOUT|does not have enough resources available/i;
/** GKE says it in words alone: "Insufficient regional quota to satisfy request: resource "CPUS"…". */
const QUOTA = /QUOTA_EXCEEDED|quotaExceeded|insufficient.{0,20}quota|Quota '[^']*' exceeded/i;
const RATE = ['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'];
const NO_QUOTA = ['quotaExceeded', 'QUOTA_EXCEEDED'];
const UNDER_WAY = ['resourceNotReady', 'resourceInUseByAnotherResource', 'ABORTED'];
/** GKE's answer while another operation on the cluster is under way. */
const UNDER_WAY_TEXT = /incompatible operation|currently (?:creating|being|upgrading)/i;

function kindOf(refusal: Refusal, said: Said): FaultKind {
  const { status } = refusal;
  if (status === 429 || status >= 500 || hasWord(said, RATE)) return 'busy';
  if (STOCKOUT.test(said.message)) return 'stockout';
  if (hasWord(said, NO_QUOTA) || QUOTA.test(said.message)) return 'quota';
  if (hasWord(said, UNDER_WAY) || UNDER_WAY_TEXT.test(said.message)) return 'conflict';
  return status === 403 && serviceThatIsOff(said) !== null ? 'off' : (BY_STATUS[status] ?? 'invalid');
}

const hasWord = ({ words }: Said, list: readonly string[]): boolean =>
  list.some((word) => words.includes(word));
const BY_STATUS: Readonly<Record<number, FaultKind>> = {
  401: 'denied',
  403: 'denied',
  404: 'absent',
  409: 'exists',
};

function adviceFor(kind: FaultKind, { project }: Refusal, said: Said): string {
  if (kind !== 'denied' && kind !== 'off') return '';
  const service = serviceThatIsOff(said);
  if (service !== null) return adviceToEnable(service, consumerIn(said), project);
  const permission = permissionIn(said);
  if (permission === null)
    return `. Check the credentials of this Mason, and its roles in the project ${project}`;
  return `. The permission ${permission} is missing: grant the service account of this Mason ${roleWith(permission)} in the project ${project}`;
}

/** gcloud takes a project's ID alone, the console its number, too. */
function adviceToEnable(service: string, consumer: string | null, project: string): string {
  if (consumer === null) return `. Enable ${service} in the project ${project}, and in that of this Mason`;
  if (!/^[0-9]+$/.test(consumer))
    return `. Enable it: gcloud services enable ${service} --project ${consumer}`;
  const url = `https://console.cloud.google.com/apis/library/${service}?project=${consumer}`;
  return `. Enable ${service} in the project with the number ${consumer}, which is ${project} or that of this Mason: ${url}`;
}

/** The project that lacks the API, by its ID or number. It may be the caller's own. */
function consumerIn({ metadata, message }: Said): string | null {
  const told = /^projects\/(.+)$/.exec(metadata['consumer'] ?? '')?.[1];
  return told ?? /\bin project (\S+) before\b/.exec(message)?.[1] ?? null;
}

function serviceThatIsOff({ words, metadata, message }: Said): string | null {
  if (!words.includes('SERVICE_DISABLED') && !words.includes('accessNotConfigured')) return null;
  return metadata['service'] ?? /\b(\w+\.googleapis\.com)\b/.exec(message)?.[1] ?? 'container.googleapis.com';
}

/** GKE: `Required "container.clusters.create" permission(s) for…`; Compute: `Required 'compute.instances.create' permission for…`. */
function permissionIn({ message, metadata }: Said): string | null {
  return metadata['permission'] ?? /["']([a-z]+\.[A-Za-z]+\.[A-Za-z]+)["']/.exec(message)?.[1] ?? null;
}

function roleWith(permission: string): string {
  if (permission.startsWith('container.')) return 'roles/container.admin';
  if (permission.startsWith('iam.serviceAccounts.')) return 'roles/iam.serviceAccountUser';
  // Of the Compute API the construct of GCPResourceConfig needs no more than these; a janitor needs all.
  if (/^compute\.(instances\.(list|get|create)|regions|zoneOperations)/.test(permission))
    return 'roles/compute.instanceAdmin.v1';
  return permission.startsWith('compute.') ? 'roles/compute.admin' : 'a role with it';
}

const LONGEST = 400;
const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
