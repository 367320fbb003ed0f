import { refused } from '../../shared/http/handler.ts';
import type { BoskosAnswer } from './answer.ts';
import { onlyPost, type BoskosParts, type Call, type Route } from './call.ts';
import { touchedAnswer } from './touched.ts';

/** POST /release. */
export const release: Route = {
  method: 'POST',
  path: '/release',
  refusal: onlyPost('/release'),
  answer,
};

async function answer({ users }: BoskosParts, { parameter }: Call): Promise<BoskosAnswer> {
  const [name, dest, owner] = [parameter('name'), parameter('dest'), parameter('owner')];
  if (name === '' || dest === '' || owner === '') {
    const given = `Name: ${name}, dest: ${dest}, owner: ${owner}`;
    return refused(400, `${given}, all of them must be set in the request.`);
  }
  const touched = await users.release({ name, dest, owner });
  return touchedAnswer(touched, { name, owner, what: `Done failed: ${name} - ${dest} (from ${owner})` });
}
