import { expect, test } from '@jest/globals';

import { as, guarded } from '../boskos/authFixtures.ts';
import { play } from './fixtures.ts';

test('an owner that is not for the caller: the cure is another owner, not other credentials', async () => {
  const server = guarded({ MASON_OWNER_PATTERN: '{local},{local}/*' });
  const { client } = play(async ({ method, path, parameters }) => {
    const query = new URLSearchParams(parameters).toString();
    return server.call(`${method} ${path}?${query}`, as('bob@corp.example'));
  });
  const error = await client.acquire('token').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'BOSKOS_REFUSED',
    message: expect.stringMatching(
      /403: owner alice is not for bob@corp\.example, who may use bob or bob\/\*\. .*--owner.*MASON_OWNER.*`owner`/,
    ),
  });
  expect(String(error)).not.toContain('lets nobody in');
});
