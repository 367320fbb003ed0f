import * as z from 'zod';

import { MasonError } from '../errors.ts';
import { STATE } from '../ledger/records.ts';
import { API } from '../api/wire.ts';
import { tellStory } from '../api/report/tellStory.ts';
import type { Route } from '../api/router.ts';
import type { Mason } from '../mason/mason.ts';

/** Whom a person is who doesn't say so. */
const SOMEBODY = 'somebody';

const acquireRequest = z.strictObject({
  type: z.string().min(1),
  owner: z.string().min(1).default(SOMEBODY),
});
const releaseRequest = z.strictObject({
  name: z.string().min(1),
  owner: z.string().min(1).default(SOMEBODY),
  dest: z.string().min(1).default(STATE.dirty),
});

/** What a user of resources does, made short for a person with curl: takes a free one, and gives it back dirty. */
export function createUserRoutes({ users }: Pick<Mason, 'users'>): Route[] {
  return [
    {
      method: 'POST',
      path: `${API}/acquire`,
      handle: async ({ body }) => {
        const { type, owner } = read(acquireRequest, body);
        const request = { type, owner, state: STATE.free, dest: 'in-use', requestId: '' };
        const acquired = await users.acquire(request);
        if (acquired.kind === 'acquired') return tellStory(acquired.resource, true);
        const what = acquired.kind === 'none' ? `no ${type} is free` : `there is no type ${type}`;
        throw new MasonError('NOT_FOUND', what);
      },
    },
    {
      method: 'POST',
      path: `${API}/release`,
      handle: async ({ body }) => {
        const released = await users.release(read(releaseRequest, body));
        if (released.kind === 'done') return tellStory(released.resource, false);
        if (released.kind === 'ownerMismatch')
          throw new MasonError('REFUSED', `its owner is ${JSON.stringify(released.owner)}`);
        throw new MasonError('NOT_FOUND', 'there is no resource of that name');
      },
    },
  ];
}

function read<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new MasonError('MESSAGE_INVALID', z.prettifyError(parsed.error));
}
