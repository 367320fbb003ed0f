import * as z from 'zod';

import type { Google, GoogleCall } from './callGoogle.ts';

const token = z.object({ nextPageToken: z.string().optional() });

/**
 * All pages of one of the Compute API's lists.
 * @param call a call whose `answer` reads one page
 */
export async function allPages<Page>(google: Google, call: GoogleCall<Page>): Promise<readonly Page[]> {
  const pages: Page[] = [];
  // What reads a page throws within the call, which makes a fault of it.
  const answer = z
    .unknown()
    .transform((raw) => ({ page: call.answer.parse(raw), next: token.parse(raw).nextPageToken }));
  for (let query = call.query ?? {}; ;) {
    const { page, next } = await google.call({ ...call, query, answer });
    pages.push(page);
    if (next === undefined || next === '') return pages;
    query = { ...call.query, pageToken: next };
  }
}
