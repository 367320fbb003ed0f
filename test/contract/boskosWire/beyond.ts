import { expect } from '@jest/globals';

import { LARGEST_BYTES } from '../../../shared/http/handler.ts';
import { call } from './call.ts';
import { EMPTY, json, refused, shown, sniffed, type InWire } from './wire.ts';

const seen = (n: number, state = 'free', owner = ''): string =>
  `{"type":"project","name":"conf-project-${n}","state":"${state}","owner":"${owner}","lastupdate":"TIME"}`;
const page = (items: readonly string[], after: string | null): string =>
  `{"resources":[${items.join(',')}],"after":${JSON.stringify(after)}}`;

const HELD = 'POST /update?name=conf-project-0&state=busy&owner=alice';
const TAKE = 'POST /acquirebystate?state=free&dest=busy&owner=alice&names=conf-project-0';

const EXPOSITION = {
  status: 200,
  headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
};

/** What the original does not have, or elsewhere. */
export function describeBeyond(it: InWire): void {
  it('/resources lists by name, in pages, without user data', async ({ walk }) => {
    await walk(
      [TAKE, sniffed(`[${shown({ name: 'conf-project-0' })}]\n`)],
      [HELD, { body: '{"password":"secret"}' }, EMPTY],
      [
        'GET /resources?type=project&limit=2',
        json(page([seen(0, 'busy', 'alice'), seen(1)], 'conf-project-1')),
      ],
      [
        'GET /resources?type=project&limit=3&after=conf-project-1',
        json(page([seen(2), seen(3), seen(4)], null)),
      ],
      ['GET /resources?owner=alice', json(page([seen(0, 'busy', 'alice')], null))],
      ['GET /resources?type=project&state=busy', json(page([seen(0, 'busy', 'alice')], null))],
      ['GET /resources?type=nope', json(page([], null))],
    );
  });

  it('/resources refuses a limit that is none, and any other method', async ({ walk }) => {
    const wrong = refused(400, 'limit takes a whole number from 1 to 1000');
    await walk(
      ...['0', '1001', '-1', '1e2', 'x'].map((limit) => [`GET /resources?limit=${limit}`, wrong] as const),
      ['POST /resources', refused(405, '/resources only accepts GET')],
      ['DELETE /resources/conf-project-0', refused(405, '/resources/NAME only accepts GET')],
    );
  });

  it('/resources/NAME', async ({ walk }) => {
    await walk(
      ['GET /resources/conf-project-3', json(seen(3))],
      ['GET /resources/conf-project%2d3', json(seen(3))],
      ['GET /resources/nope', refused(404, 'there is no resource "nope"')],
      ['GET /resources/', EMPTY],
      ['GET /resources/conf-project-3/more', EMPTY],
    );
  });

  it('/metrics counts what the ledger has', async ({ base, walk }) => {
    await walk(
      [TAKE, sniffed(`[${shown({ name: 'conf-project-0' })}]\n`)],
      ['GET /metrics', { ...EXPOSITION, body: null }],
      ['POST /metrics', refused(405, '/metrics only accepts GET')],
    );
    const { body } = await call(base, 'GET /metrics');
    for (const line of [
      'boskos_resources{type="project",state="busy"} 1',
      'boskos_resources{type="project",state="free"} 4',
      'boskos_resources{type="cluster",state="dirty"} 2',
      'mason_waiting{type="cluster"} 0',
      'mason_quarantined{type="cluster"} 0',
      'mason_oldest_waiter_age_seconds{type="project"} 0',
    ])
      expect(body.split('\n')).toContain(line);
  });

  it('a body, and user data, of more than a ledger takes is refused', async ({ walk }) => {
    const limit = `is larger than ${LARGEST_BYTES / 1_024} KiB`;
    const half = (key: string): string => JSON.stringify({ [key]: 'x'.repeat(LARGEST_BYTES / 2) });
    await walk(
      [TAKE, sniffed(`[${shown({ name: 'conf-project-0' })}]\n`)],
      [HELD, { body: 'x'.repeat(LARGEST_BYTES + 1) }, refused(413, `the body ${limit}`)],
      [HELD, { body: half('a') }, EMPTY],
      [HELD, { body: half('b') }, refused(413, `the user data of conf-project-0 ${limit}`)],
      [HELD, { body: '{"a":""}' }, EMPTY],
      [HELD, { body: half('b') }, EMPTY],
    );
  });

  it('a parameter that is too long to be looked for is refused', async ({ walk }) => {
    const asking = 'POST /acquire?type=project&state=free&dest=busy&owner=alice&request_id=';
    await walk(
      [`${asking}${'a'.repeat(1_025)}`, refused(400, 'request_id is longer than 1024 bytes')],
      [`${asking}${'%c3%a9'.repeat(513)}`, refused(400, 'request_id is longer than 1024 bytes')],
      [`${asking}${'a'.repeat(1_024)}`, sniffed(shown({ name: 'conf-project-0' }))],
      [`${asking}${'a'.repeat(1_024)}`, sniffed(shown({ name: 'conf-project-0' }))],
      [
        `POST /acquirebystate?state=free&dest=busy&owner=alice&names=conf-project-1,${'a'.repeat(3_000)}`,
        refused(404, 'AcquireByState: no available resource free, try again later.'),
      ],
      [`GET /resources/${'a'.repeat(3_000)}`, refused(404, `there is no resource "${'a'.repeat(3_000)}"`)],
    );
  });
}
