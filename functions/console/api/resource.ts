import { MasonError } from '../../../shared/errors.ts';
import type { HttpAnswer, HttpCall } from '../../../shared/http/handler.ts';
import type { ResourceRecord, Work } from '../../../shared/ledger/records.ts';
import { answerFault, answerJson } from '../answer.ts';
import type { ConsoleParts } from '../parts.ts';
import { needed } from './query.ts';

/**
 * The whole story of one resource. Without user data: neither its own nor that of its leases, nor a checkpoint.
 * @throws MasonError NOT_FOUND
 */
export async function showResource(parts: ConsoleParts, query: URLSearchParams): Promise<unknown> {
  const record = await find(parts, needed(query, 'name'));
  const { name, type, state, owner, heldBy, lastUpdate, expiration, hold, work, userData } = record;
  return {
    ...{
      name,
      type,
      state: heldBy === state ? 'parked' : state,
      owner,
      heldBy,
      lastUpdate,
      expiration,
      hold,
    },
    userDataEntries: Object.keys(userData).length,
    work: work && tellWork(work),
  };
}

function tellWork(work: Work) {
  const { phase, cycle, claimedUntil, dueAt, notBefore, constructingSince, awaitsSlot, doomed } = work;
  const { attempts, crashes, lastError, quarantine, failures, history } = work;
  return {
    ...{ phase, cycle, claimedUntil, dueAt, notBefore, constructingSince, awaitsSlot, doomed },
    ...{ attempts, crashes, lastError, quarantine, failures, history },
    leases: work.leases.map(({ type, name }) => ({ type, name })),
    waitingSince: work.queue?.since ?? null,
  };
}

/** User data, where it may be shown at all; who looked is in the log. */
export async function showUserData(parts: ConsoleParts, call: HttpCall): Promise<HttpAnswer> {
  const { settings, callerOf, mason } = parts;
  if (!settings.userData)
    return answerFault(
      403,
      'FORBIDDEN',
      'user data is not shown here: MASON_CONSOLE_USER_DATA=on would do so',
    );
  // Else another site's page could have it noted that somebody looked, though it could read nothing.
  if (!OWN_SITE.includes(String(call.headers['sec-fetch-site'] ?? 'none')))
    return answerFault(403, 'FORBIDDEN', 'it comes from another site');
  const caller = callerOf(call.headers);
  if ('fault' in caller) return answerFault(403, 'FORBIDDEN', `who asks is not known: ${caller.fault}`);
  const { name, type, userData } = await find(parts, needed(new URLSearchParams(call.query), 'name'));
  const message = `${caller.email} looked at the user data of ${name}`;
  mason.log({ severity: 'INFO', event: 'user-data-shown', message, resource: name, type });
  return answerJson({ userData });
}

const OWN_SITE: readonly string[] = ['same-origin', 'none'];

async function find({ mason }: ConsoleParts, name: string): Promise<ResourceRecord> {
  const record = await mason.ledger.views.record(name);
  if (record === null)
    throw new MasonError('NOT_FOUND', `there is no resource ${JSON.stringify(name)} (any more)`);
  return record;
}
