import { refused } from '../../shared/http/handler.ts';
import { goList } from '../../shared/boskos/wire/goJson.ts';
import { resourceJson } from '../../shared/boskos/wire/resourceJson.ts';
import { sniffed, type BoskosAnswer } from './answer.ts';
import { noneAvailable, onlyPost, type BoskosParts, type Call, type Route } from './call.ts';

/** POST /acquirebystate. All of the names or none, where the original keeps what it took before it found one missing. */
export const acquireByState: Route = {
  method: 'POST',
  path: '/acquirebystate',
  // The original's own words.
  refusal: onlyPost('/acquire'),
  answer,
};

async function answer({ users }: BoskosParts, { parameter }: Call): Promise<BoskosAnswer> {
  const [state, dest, owner, names] = [
    parameter('state'),
    parameter('dest'),
    parameter('owner'),
    parameter('names'),
  ];
  if (state === '' || dest === '' || owner === '' || names === '') {
    const given = `state: ${state}, dest: ${dest}, owner: ${owner}, names: ${names}`;
    return refused(400, `${given} - all of them must be set in the request.`);
  }
  const taken = await users.acquireByState({ state, dest, owner, names: names.split(',') });
  if (taken === null) return refused(404, `AcquireByState: ${noneAvailable(state)}`);
  return sniffed(`${goList(taken.map(resourceJson))}\n`);
}
