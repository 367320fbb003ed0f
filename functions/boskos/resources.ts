import { refused } from '../../shared/http/handler.ts';
import * as z from 'zod';

import { goList, goStruct, goText } from '../../shared/boskos/wire/goJson.ts';
import { publicResourceJson } from '../../shared/boskos/wire/resourceJson.ts';
import { leasedNames } from '../../shared/ledger/records/leasedNames.ts';
import { json, type BoskosAnswer } from './answer.ts';
import type { BoskosParts, Call, Route } from './call.ts';

// Beyond the wire: the original tells nothing of a single resource to those who don't acquire it.

const FILTERS = ['type', 'state', 'owner', 'after'] as const;
const LARGEST_PAGE = 1_000;

const limitSchema = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(LARGEST_PAGE));

/** GET /resources[?type=&state=&owner=&limit=&after=]: by name, page by page, without user data. */
export const resources: Route = {
  method: 'GET',
  path: '/resources',
  refusal: () => '/resources only accepts GET',
  answer: list,
};

/** GET /resources/NAME: also what it is made of, for a client that has to give all of it back and forgot. */
export const resource: Route = {
  method: 'GET',
  path: '/resources/:name',
  refusal: () => '/resources/NAME only accepts GET',
  answer: show,
};

async function list({ views }: BoskosParts, { parameter }: Call): Promise<BoskosAnswer> {
  const limit = limitSchema.safeParse(parameter('limit') || String(LARGEST_PAGE));
  if (!limit.success) return refused(400, `limit takes a whole number from 1 to ${LARGEST_PAGE}`);
  const filter = Object.fromEntries(
    FILTERS.map((key) => [key, parameter(key)] as const).filter(([, value]) => value !== ''),
  );
  // One more than is shown tells whether there is another page.
  const found = await views.records({ ...filter, limit: limit.data + 1 });
  const page = found.slice(0, limit.data);
  const last = found.length > page.length ? page.at(-1) : undefined;
  return json(
    goStruct([
      ['resources', goList(page.map((record) => publicResourceJson(record)))],
      ['after', last === undefined ? 'null' : goText(last.name)],
    ]),
  );
}

async function show({ views }: BoskosParts, { name }: Call): Promise<BoskosAnswer> {
  const record = await views.record(name);
  return record === null
    ? refused(404, `there is no resource ${JSON.stringify(name)}`)
    : json(publicResourceJson(record, leasedNames(record.userData) ?? []));
}
