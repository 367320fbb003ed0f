import { LARGEST_BYTES, refused } from '../../shared/http/handler.ts';
import { readUserData } from '../../shared/boskos/wire/readUserData.ts';
import type { UserData } from '../../shared/ledger/records.ts';
import { tooLarge, type BoskosAnswer } from './answer.ts';
import { onlyPost, type BoskosParts, type Call, type Route } from './call.ts';
import { touchedAnswer } from './touched.ts';

/** POST /update: a sign of life, and user data to be merged. */
export const update: Route = {
  method: 'POST',
  path: '/update',
  refusal: onlyPost('/update'),
  answer,
};

async function answer({ users, views }: BoskosParts, { parameter, body }: Call): Promise<BoskosAnswer> {
  const [name, state, owner] = [parameter('name'), parameter('state'), parameter('owner')];
  if (name === '' || state === '' || owner === '') {
    const given = `Name: ${name}, owner: ${owner}, state : ${state}`;
    return refused(400, `${given}, all of them must be set in the request.`);
  }
  const userData = readUserData(body);
  if (typeof userData === 'string') return refused(400, userData);
  const request = { name, state, owner, userData };
  if (await outgrows(views, request)) return tooLarge(`the user data of ${name}`);
  const what = `Update failed: ${name} - ${state} (${owner})`;
  return touchedAnswer(await users.update(request), { ...request, what });
}

/**
 * Whether the resource's user data would become larger than a ledger takes, which would end as a fault of the ledger.
 * Looked at only for the caller who holds it, so that any other is told the same as ever.
 */
async function outgrows(
  views: BoskosParts['views'],
  {
    name,
    state,
    owner,
    userData,
  }: { readonly name: string; readonly state: string; readonly owner: string; readonly userData: UserData },
): Promise<boolean> {
  if (Object.keys(userData).length === 0) return false;
  const record = await views.record(name);
  if (record?.owner !== owner || record.state !== state) return false;
  return Buffer.byteLength(JSON.stringify({ ...record.userData, ...userData })) > LARGEST_BYTES;
}
