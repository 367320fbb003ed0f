import { describe, expect, test } from '@jest/globals';

import { as, guarded, tokenOf, type Guarded } from './authFixtures.ts';

const OWN = { MASON_OWNER_PATTERN: '{local},{local}/*,mason@p.iam.gserviceaccount.com=mason-*' };
const ALICE = 'alice@corp.example';
const MASON = 'mason@p.iam.gserviceaccount.com';

const CHANGES = [
  '/acquire?type=a&state=free&dest=busy&owner=',
  '/acquirebystate?names=a&state=free&dest=busy&owner=',
  '/release?name=a&dest=free&owner=',
  '/update?name=a&state=free&owner=',
];

describe('without an owner pattern', () => {
  test.each([[{}], [{ MASON_AUTH: 'iam' }], [{ MASON_AUTH: 'none' }]])(
    '%j: every call is let through',
    async (variables) => {
      const server = guarded(variables);
      for (const path of CHANGES) await server.call(`POST ${path}bob`);
      await server.call('POST /reset?type=a');
      expect(server.heard).toHaveLength(CHANGES.length + 1);
    },
  );
});

describe('with an owner pattern', () => {
  async function refusal(server: Guarded, line: string, headers: Record<string, string>): Promise<string> {
    const answer = await server.call(line, headers);
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    });
    expect(server.heard).toEqual([]);
    return answer.body;
  }

  test.each(CHANGES)('POST %s is for the caller’s own owners', async (path) => {
    const server = guarded(OWN);
    const others = [
      'bob',
      'alice2',
      'Alice',
      'ALICE/x',
      'alice%20',
      '%00',
      'mason-1:x',
      'alice@corp.example',
    ];
    for (const owner of others) await refusal(server, `POST ${path}${owner}`, as(ALICE));
    for (const owner of ['alice', 'alice/ci-7', '%61lice', 'alice/', 'alice&owner=bob'])
      expect(await server.call(`POST ${path}${owner}`, as(ALICE))).toMatchObject({ status: 200 });
    expect(server.heard).toHaveLength(5);
  });

  test('the refusal says who calls and what he may use', async () => {
    const body = await refusal(guarded(OWN), `POST ${CHANGES[2] ?? ''}bob`, as(ALICE));
    expect(body).toBe('owner bob is not for alice@corp.example, who may use alice or alice/*\n');
  });

  test('a rule of one caller is for him alone', async () => {
    const server = guarded(OWN);
    await refusal(server, `POST ${CHANGES[0] ?? ''}mason-1:x`, as(`x${MASON}`));
    expect(await server.call(`POST ${CHANGES[0] ?? ''}mason-1:x`, as(MASON.toUpperCase()))).toMatchObject({
      status: 200,
    });
  });

  test.each([
    ['/%61cquire', '?owner=bob'],
    ['/acquire', '?owner=%62ob'],
    ['/acquire', '?%6fwner=bob'],
    ['/acquire', '?owner=bob&owner=alice'],
    ['/acquire', '?owner=%zz&owner=bob'],
    ['/acquire', '?owner=a;b&owner=bob'],
    ['/some/route/of/tomorrow', '?owner=bob'],
  ])('POST %s%s: bob is seen however he is written', async (path, query) => {
    await refusal(guarded(OWN), `POST ${path}${query}`, as(ALICE));
  });

  test('a call that names no owner is left to the wire, and so is all that only reads', async () => {
    const server = guarded(OWN);
    const lines = [
      'POST /acquire?type=a',
      'GET /metric?type=a',
      'GET /resources?owner=bob',
      'GET /acquire?owner=bob',
    ];
    for (const line of lines) await server.call(line);
    expect(server.heard).toHaveLength(lines.length);
  });

  const claims = { email: ALICE, email_verified: true };
  const path = `POST ${CHANGES[0] ?? ''}alice`;

  test.each([
    ['none', {}, 'there is no ID token'],
    ['Basic', { authorization: 'Basic YWxpY2U6eA==' }, 'there is no ID token'],
    ['a word', { authorization: 'Bearer alice' }, 'there is no ID token'],
    ['two tokens', { authorization: `Bearer ${tokenOf(claims)}, Bearer ${tokenOf(claims)}` }, 'no ID token'],
    ['no JSON', { authorization: 'Bearer e30.AAAA.' }, 'names no email'],
    ['no email', { authorization: `Bearer ${tokenOf({ sub: '1' })}` }, '--include-email'],
    [
      'an email that is none',
      { authorization: `Bearer ${tokenOf({ ...claims, email: '@' })}` },
      'names no email',
    ],
    [
      'unverified',
      { authorization: `Bearer ${tokenOf({ ...claims, email_verified: false })}` },
      'names no email',
    ],
    ['signed', { authorization: `Bearer ${tokenOf(claims, 'c2ln')}` }, 'Cloud Run does not enforce IAM'],
  ])('who calls is not known by: %s', async (_, headers, reason) => {
    expect(await refusal(guarded(OWN), path, headers)).toContain(`who calls is not known: `);
    expect(await refusal(guarded(OWN), path, headers)).toContain(reason);
  });

  test('of two tokens, the one that Cloud Run checks counts', async () => {
    const forged = as(ALICE)['authorization'] ?? '';
    const bob = as('bob@corp.example')['authorization'] ?? '';
    await refusal(guarded(OWN), path, { authorization: forged, 'x-serverless-authorization': bob });
    const server = guarded(OWN);
    await server.call(path, { authorization: 'Basic eDp5', 'x-serverless-authorization': forged });
    expect(server.heard).toHaveLength(1);
  });

  test('a token whose signature was taken away without a mark counts, too', async () => {
    const server = guarded(OWN);
    await server.call(path, { authorization: `bearer ${tokenOf(claims, '')}` });
    expect(server.heard).toHaveLength(1);
  });
});

describe('/reset', () => {
  const reset = 'POST /reset?type=a&state=b&expire=1h&dest=c';

  test('is nobody’s where owners are bound, unless he is named', async () => {
    const closed = guarded(OWN);
    expect(await closed.call(reset, as(ALICE))).toMatchObject({
      status: 403,
      body: 'alice@corp.example may not call /reset: MASON_RESET_CALLERS names who may\n',
    });
    expect(await closed.call('POST /%72eset', as(ALICE))).toMatchObject({ status: 403 });
    expect(closed.heard).toEqual([]);
    const open = guarded({ ...OWN, MASON_RESET_CALLERS: ` ${MASON}, Alice@Corp.example` });
    expect(await open.call(reset, as(ALICE))).toMatchObject({ status: 200 });
    expect(await open.call(reset, as('bob@corp.example'))).toMatchObject({ status: 403 });
    expect(await open.call(reset)).toMatchObject({ status: 403 });
  });

  test('can be kept for some without owners being bound', async () => {
    const server = guarded({ MASON_RESET_CALLERS: ALICE });
    expect(await server.call(reset, as('bob@corp.example'))).toMatchObject({ status: 403 });
    expect(await server.call(reset, as(ALICE))).toMatchObject({ status: 200 });
    expect(await server.call(`POST ${CHANGES[0] ?? ''}bob`)).toMatchObject({ status: 200 });
  });
});
