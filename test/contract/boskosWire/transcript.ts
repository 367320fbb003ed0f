import { describe } from '@jest/globals';

import { inWorldOf } from '../ledger/inWorld.ts';
import type { OpenLedger } from '../ledger/world.ts';
import { describeBeyond } from './beyond.ts';
import { describeQueue } from './queue.ts';
import {
  ACQUIRE,
  EMPTY,
  NONE,
  json,
  refused,
  shown,
  sniffed,
  withoutBody,
  withWire,
  type Expected,
  type Step,
  type InWire,
} from './wire.ts';

/** Every call of boskos-wire.md, in its order, against a server on this ledger. */
export function describeWire(name: string, open: OpenLedger): void {
  const inWorld = inWorldOf(open);
  const it: InWire = (what, body) => {
    inWorld(what, (world) => withWire(world, body));
  };
  describe(`Boskos's wire on ${name}`, () => {
    describeCalls(it);
    describeQueue(it);
    describeBeyond(it);
  });
}

/** What needs neither a queue nor what only Mason's own server has. */
export function describeCalls(it: InWire): void {
  describeRoot(it);
  describeAcquire(it);
  describeUpdate(it);
  describeRelease(it);
  describeByState(it);
  describeMetric(it);
  describeReset(it);
  describeDynamic(it);
}

const NOT_ALL = 'all of them must be set in the request.';

const take = (name: string, dest = 'busy'): Step => [
  `POST /acquirebystate?state=free&dest=${dest}&owner=alice&names=${name}`,
  sniffed(`[${shown({ name, state: dest })}]\n`),
];

/** The same answer to each of these methods but the last, HEAD, whose body is left out. */
const byMethods = (
  path: string,
  methods: readonly string[],
  expected: (method: string) => Expected,
): Step[] => [
  ...methods.map((method): Step => [`${method} ${path}`, expected(method)]),
  [`HEAD ${path}`, withoutBody(expected('HEAD'))],
];

function describeRoot(it: InWire): void {
  it('/: whatever is no call is answered with nothing', async ({ walk }) => {
    await walk(
      ['GET /', EMPTY],
      ['POST /anything', EMPTY],
      ['HEAD /', EMPTY],
      ['DELETE /anything/at/all?type=project', EMPTY],
      [`POST /acquire/${ACQUIRE.slice('/acquire'.length)}`, EMPTY],
      ['OPTIONS *', EMPTY],
    );
  });

  it('a path that is not clean is redirected, an escaped letter is that letter', async ({ walk }) => {
    const to = (location: string): Expected => ({
      status: 307,
      headers: { location, 'content-type': null },
      body: '',
    });
    await walk(
      [`POST /${ACQUIRE}`, to(ACQUIRE)],
      ['POST /x/../metric/./', to('/metric/')],
      ['POST //\\evil.example', to('/%5Cevil.example')],
      [
        'GET //metric?type=a&b="',
        {
          status: 307,
          headers: { location: '/metric?type=a&b="', 'content-type': 'text/html; charset=utf-8' },
          body: '<a href="/metric?type=a&amp;b=&#34;">Temporary Redirect</a>.\n\n',
        },
      ],
      ['GET /%6detric', refused(400, 'Type must be set in the request.')],
      ['GET /%zz', refused(400, '400 Bad Request')],
    );
  });
}

function describeAcquire(it: InWire): void {
  it('/acquire', async ({ walk }) => {
    await walk(
      [`POST ${ACQUIRE}`, sniffed(shown({ name: 'conf-project-0' }))],
      ...byMethods(ACQUIRE, ['GET', 'PUT', 'OPTIONS', 'DELETE'], (method) =>
        refused(405, `Method ${method}, /acquire only accepts POST.`),
      ),
      ['POST /acquire', refused(400, `Bad request: Type: , state: , dest: , owner: , ${NOT_ALL}`)],
      [
        'POST /acquire?type=project&state=free&dest=busy',
        refused(400, `Bad request: Type: project, state: free, dest: busy, owner: , ${NOT_ALL}`),
      ],
      [
        'POST /acquire?type=project&state=free&dest=busy&owner=',
        refused(400, `Bad request: Type: project, state: free, dest: busy, owner: , ${NOT_ALL}`),
      ],
      [
        'POST /acquire',
        {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'type=project&state=free&dest=busy&owner=alice',
        },
        refused(400, `Bad request: Type: , state: , dest: , owner: , ${NOT_ALL}`),
      ],
      [
        'POST /acquire?type=nope&state=free&dest=busy&owner=alice',
        refused(404, 'Acquire failed: resource type "nope" does not exist', { 'mason-queue-position': null }),
      ],
      [
        'POST /acquire?type=n%22%0ap%c3%a9&state=free&dest=busy&owner=alice',
        refused(404, 'Acquire failed: resource type "n\\"\\npé" does not exist'),
      ],
      ['POST /acquire?type=project&state=nope&dest=busy&owner=alice', refused(404, NONE)],
      ['POST /acquire?type=project&state=busy&dest=x&owner=bob', refused(404, NONE)],
      [
        'POST /acquire?type=project&type=nope&state=free&dest=busy&owner=alice',
        sniffed(shown({ name: 'conf-project-1' })),
      ],
    );
  });

  it('/acquire takes the longest unchanged, and says user data and strange owners as Go does', async (wire) => {
    await wire.walk(take('conf-project-0'));
    wire.advance(1_000);
    await wire.walk(
      [
        'POST /update?name=conf-project-0&state=busy&owner=alice',
        { body: '{"9":"<&>","10":"\u2028","b":"é"}' },
        EMPTY,
      ],
      ['POST /release?name=conf-project-0&dest=free&owner=alice', EMPTY],
      ...[1, 2, 3, 4].map((n): Step => [`POST ${ACQUIRE}`, sniffed(shown({ name: `conf-project-${n}` }))]),
      [
        `POST /acquire?type=project&state=free&dest=busy&owner=a+%3C%26`,
        sniffed(
          shown({
            name: 'conf-project-0',
            owner: 'a \\u003c\\u0026',
            userdata: '{"10":"\\u2028","9":"\\u003c\\u0026\\u003e","b":"é"}',
          }),
        ),
      ],
    );
  });
}

const UPDATE = 'POST /update?name=conf-project-0&state=busy&owner=alice';

function describeUpdate(it: InWire): void {
  it('/update merges user data', async ({ walk }) => {
    const ok = (body: string, headers: Readonly<Record<string, string>> = {}): Step => [
      UPDATE,
      { body, headers },
      EMPTY,
    ];
    await walk(
      take('conf-project-0'),
      [UPDATE, EMPTY],
      ok('{"a":"1","b":"2"}', { 'content-type': 'application/json' }),
      ok('{"a":"","zz":""}'),
      ok('null'),
      ok('{}'),
      ok(' \n'),
      ok('{"c":"3"} trailing', { 'content-type': 'text/csv' }),
      ok('{"k":null}'),
      ['POST /release?name=conf-project-0&dest=tmpstate&owner=alice', EMPTY],
      [
        'POST /acquirebystate?state=tmpstate&dest=busy&owner=alice&names=conf-project-0',
        sniffed(`[${shown({ name: 'conf-project-0', userdata: '{"b":"2","c":"3"}' })}]\n`),
      ],
    );
  });

  it('/update names what is wrong with a body', async ({ walk }) => {
    const bad = (body: string, text: string): Step => [UPDATE, { body }, refused(400, text)];
    const unfit = 'json: cannot unmarshal';
    await walk(
      take('conf-project-0'),
      bad('{', 'unexpected EOF'),
      bad('[]', `${unfit} array into Go value of type common.UserDataMap`),
      bad('"x"', `${unfit} string into Go value of type common.UserDataMap`),
      bad('1', `${unfit} number into Go value of type common.UserDataMap`),
      bad('true', `${unfit} bool into Go value of type common.UserDataMap`),
      bad('{"k":1}', `${unfit} number into Go value of type string`),
      bad('{"k":{}}', `${unfit} object into Go value of type string`),
      bad('x', "invalid character 'x' looking for beginning of value"),
      bad('{"k":"v"', 'unexpected EOF'),
      bad('{"k" 1}', "invalid character '1' after object key"),
      ['POST /update?name=nope&state=free&owner=alice', { body: '{' }, refused(400, 'unexpected EOF')],
    );
  });

  it('/update refuses another owner, another state, and what is not there', async ({ walk }) => {
    await walk(
      take('conf-project-0'),
      [
        'POST /update?name=conf-project-0&state=free&owner=alice',
        refused(
          409,
          'Update failed: conf-project-0 - free (alice): state mismatch - expected busy, current free',
        ),
      ],
      [
        'POST /update?name=conf-project-0&state=free&owner=bob',
        refused(
          401,
          'Update failed: conf-project-0 - free (bob): owner mismatch request by bob, currently owned by alice',
        ),
      ],
      [
        'POST /update?name=nope&state=free&owner=alice',
        refused(404, 'Update failed: nope - free (alice): no available resource nope, try again later.'),
      ],
      ['POST /update?name=x', refused(400, `Name: x, owner: , state : , ${NOT_ALL}`)],
      ...byMethods('/update?name=x', ['GET'], (method) =>
        refused(405, `Method ${method}, /update only accepts POST.`),
      ),
    );
  });
}

function describeRelease(it: InWire): void {
  it('/release', async ({ walk }) => {
    const mismatch = (by: string, owner: string): Expected =>
      refused(
        401,
        `Done failed: conf-project-0 - free (from ${by}): owner mismatch request by ${by}, currently owned by ${owner}`,
      );
    await walk(
      take('conf-project-0'),
      ['POST /release?name=conf-project-0&dest=free&owner=bob', mismatch('bob', 'alice')],
      ['POST /release?name=conf-project-0&dest=tmpstate&owner=alice', EMPTY],
      ['POST /release?name=conf-project-0&dest=free&owner=alice', mismatch('alice', '')],
      [
        'POST /release?name=nope&dest=free&owner=alice',
        refused(404, 'Done failed: nope - free (from alice): no available resource nope, try again later.'),
      ],
      ['POST /release?name=x&dest=free', refused(400, `Name: x, dest: free, owner: , ${NOT_ALL}`)],
      ...byMethods('/release', ['GET'], (method) =>
        refused(405, `Method ${method}, /release only accepts POST.`),
      ),
    );
  });
}

function describeByState(it: InWire): void {
  const missing = refused(404, 'AcquireByState: no available resource free, try again later.');
  const partial = (names: string, expected: Expected): Step => [
    `POST /acquirebystate?state=free&dest=partial&owner=alice&names=${names}`,
    expected,
  ];
  const all5 = json('{"type":"project","current":{"free":5},"owner":{"":5}}');

  it('/acquirebystate takes all or, unlike the original, none', async ({ walk }) => {
    await walk(
      partial('nope', missing),
      partial('conf-project-2,nope', missing),
      partial('conf-project-3,%20conf-project-4', missing),
      partial('conf-project-3,', missing),
      ['GET /metric?type=project', all5],
      partial(
        'conf-project-3,conf-project-3',
        sniffed(`[${shown({ name: 'conf-project-3', state: 'partial' })}]\n`),
      ),
    );
  });

  it('/acquirebystate answers the longest unchanged first', async (wire) => {
    await wire.walk(take('conf-project-0'));
    wire.advance(1_000);
    await wire.walk(
      ['POST /release?name=conf-project-0&dest=free&owner=alice', EMPTY],
      partial(
        'conf-project-0,conf-project-4',
        sniffed(
          `[${['conf-project-4', 'conf-project-0'].map((name) => shown({ name, state: 'partial' })).join(',')}]\n`,
        ),
      ),
    );
  });

  it('/acquirebystate without a parameter, by another method', async ({ walk }) => {
    const given = 'state: free, dest: busy, owner: alice, names:  - all of them must be set in the request.';
    await walk(
      ['POST /acquirebystate?state=free&dest=busy&owner=alice', refused(400, given)],
      ['POST /acquirebystate?state=free&dest=busy&owner=alice&names=', refused(400, given)],
      [
        'POST /acquirebystate?names=a,b',
        refused(400, 'state: , dest: , owner: , names: a,b - all of them must be set in the request.'),
      ],
      ...byMethods('/acquirebystate', ['GET'], (method) =>
        refused(405, `Method ${method}, /acquire only accepts POST.`),
      ),
    );
  });
}

function describeMetric(it: InWire): void {
  it('/metric', async ({ walk }) => {
    await walk(
      take('conf-project-0'),
      take('conf-project-1'),
      take('conf-project-2', 'partial'),
      [
        'GET /metric?type=project',
        json('{"type":"project","current":{"busy":2,"free":2,"partial":1},"owner":{"":2,"alice":3}}'),
      ],
      ['GET /metric?type=cluster', json('{"type":"cluster","current":{"dirty":2},"owner":{"":2}}')],
      ['GET /metric?type=nope', refused(404, 'no available resource nope, try again later.')],
      ['GET /metric', refused(400, 'Type must be set in the request.')],
      ...byMethods('/metric?type=project', ['POST'], () => refused(405, '/metric only accepts GET')),
    );
  });
}

function describeReset(it: InWire): void {
  it('/reset', async (wire) => {
    const { walk } = wire;
    const reset = (query: string, expected: Expected): Step => [
      `POST /reset?type=project&${query}`,
      expected,
    ];
    await walk(take('conf-project-1'), take('conf-project-0'), take('conf-project-2', 'partial'));
    wire.advance(1_000);
    await walk(
      reset('state=busy&expire=1h&dest=dirty', sniffed('{}')),
      ['POST /reset?type=nope&state=busy&expire=0s&dest=dirty', sniffed('{}')],
      reset('state=busy&expire=0s&dest=free', sniffed('{"conf-project-0":"alice","conf-project-1":"alice"}')),
      reset('state=partial&expire=0&dest=free', sniffed('{"conf-project-2":"alice"}')),
      reset('state=partial&expire=-1h&dest=free', sniffed('{}')),
      reset('state=busy&expire=xx&dest=dirty', refused(400, 'time: invalid duration "xx"')),
      reset('state=busy&expire=20&dest=dirty', refused(400, 'time: missing unit in duration "20"')),
      reset('state=busy&expire=1d&dest=dirty', refused(400, 'time: unknown unit "d" in duration "1d"')),
      reset('', refused(400, `Type: project, state: , expire: , dest: , ${NOT_ALL}`)),
      ...byMethods('/reset', ['GET'], (method) =>
        refused(405, `Method ${method}, /reset only accepts POST.`),
      ),
    );
  });
}

function describeDynamic(it: InWire): void {
  it('dynamic resources have UUIDs, and an end once they were released', async ({ walk, base }) => {
    const cluster = (state: string, expires: boolean): string =>
      shown({ type: 'cluster', name: 'UUID', state, expires });
    await walk([
      'POST /acquire?type=cluster&state=dirty&dest=cleaning&owner=alice',
      sniffed(cluster('cleaning', false)),
    ]);
    const listed = await fetch(`${base}/resources?type=cluster&owner=alice`);
    const { resources } = (await listed.json()) as { resources: { name: string }[] };
    const name = resources[0]?.name ?? '';
    await walk(
      [`POST /release?name=${name}&dest=tmp&owner=alice`, EMPTY],
      [
        `POST /acquirebystate?state=tmp&dest=cleaning&owner=alice&names=${name}`,
        sniffed(`[${cluster('cleaning', true)}]\n`),
      ],
      [`POST /release?name=${name}&dest=dirty&owner=alice`, EMPTY],
    );
  });

  it('on demand: a new request_id makes one, which a later call gets', async ({ walk }) => {
    const acquire = 'POST /acquire?type=ondemand&state=free&dest=busy&owner=alice';
    const unknown = refused(404, 'Acquire failed: resource type "ondemand" does not exist');
    await walk(
      [acquire, unknown],
      ['GET /metric?type=ondemand', refused(404, 'no available resource ondemand, try again later.')],
      [`${acquire}&request_id=r1`, unknown],
      ['GET /metric?type=ondemand', json('{"type":"ondemand","current":{"free":1},"owner":{"":1}}')],
      [`${acquire}&request_id=r1`, sniffed(shown({ type: 'ondemand', name: 'UUID' }))],
    );
  });
}
