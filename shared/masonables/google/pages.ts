import * as z from 'zod';

import type { Google, GoogleCall } from './callGoogle.ts';

const token = z.object({ nextPageToken: z.string().optional() });

/**
 * All pages of one of the Compute API's lists.
 * @param call a call whose `answer` reads one page
 */
export async function allPages<Page>(google: Google, call: GoogleCall<Page>): Promise<readonly Page[]> {
  const pages: Page[] = [];
  const answer = z.unknown().transform((raw) => ({ raw, next: token.parse(raw).nextPageToken }));
  for (let query = call.query ?? {}; ;) {
    const { raw, next } = await google.call({ ...call, query, answer });
    pages.push(call.answer.parse(raw));
    if (next === undefined || next === '') return pages;
    query = { ...call.query, pageToken: next };
  }
}
