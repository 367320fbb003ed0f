import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from '@jest/globals';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { openapiDocument } from '../../../functions/boskos/openapi/document.ts';
import { ROUTES } from '../../../functions/boskos/routes.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { call } from '../../contract/boskosWire/call.ts';
import { serve, usersOf } from '../../contract/boskosWire/wire.ts';
import { openWorld, physical } from '../../contract/ledger/world.ts';
import { faultsOfAnswer } from '../../support/describedAnswer.ts';

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(
    JSON.parse(JSON.stringify(openapiDocument)) as Record<string, unknown>,
  );
  expect(result).toMatchObject({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('it describes every route, and no other', () => {
  const described = Object.entries(openapiDocument.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('{name}', ':name')}`),
  );
  expect(described).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`));
});

test('/openapi.json and what is beyond the wire answer as it describes', async () => {
  const { world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => Math.random() }),
  );
  await world.configure(physical('project', ['p-1', 'p-2']), physical('timed', 1, { lifespanMs: 3_600_000 }));
  const log = (): void => undefined;
  const { views } = world.ledger;
  const { base, close: stop } = await serve(
    createBoskosHandler({ users: usersOf(world.ledger, log), views, log }),
  );
  const document = await call(base, 'GET /openapi.json');
  expect(JSON.parse(document.body)).toEqual(JSON.parse(JSON.stringify(openapiDocument)));
  const timed = (await world.names('timed'))[0] ?? '';
  for (const [line, status] of [
    ['GET /openapi.json', 200],
    ['GET /resources', 200],
    ['GET /resources?type=project&state=free&limit=1', 200],
    ['GET /resources?owner=nobody&after=a', 200],
    ['GET /resources?limit=0', 400],
    ['GET /resources/p-1', 200],
    [`GET /resources/${timed}`, 200],
    ['GET /resources/nope', 404],
    ['POST /acquire?type=project&state=busy&dest=x&owner=me&request_id=r', 404],
    ['GET /metrics', 404],
    ['POST /openapi.json', 405],
  ] as const) {
    const answer = await call(base, line);
    expect([line, answer.status, faultsOfAnswer(line, answer)]).toEqual([line, status, []]);
  }
  await stop();
  await close();
});

describe('an answer that it does not describe is told', () => {
  const ok = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
  const text = { 'content-type': 'text/plain; charset=utf-8' };
  test.each([
    ['a field that is missing', 'GET /resources/a', ok, /must have required property 'type'/],
    [
      'a time that is none',
      'GET /resources/a',
      { ...ok, body: '{"type":"a","name":"a","state":"a","owner":"","lastupdate":"now"}' },
      /must match format "date-time"/,
    ],
    ['a field too many', 'GET /metric?type=a', { ...ok, body: '{"type":"a","more":1}' }, /additional/],
    ['a status', 'GET /resources', { status: 418, headers: text, body: '' }, /418 is not described/],
    ['a type', 'GET /resources', { ...ok, headers: text }, /the type text\/plain/],
    [
      'a header',
      'GET /resources',
      { ...ok, headers: { ...ok.headers, 'mason-more': '1' } },
      /the header mason-more/,
    ],
    ['a parameter', 'GET /resources?colour=red', ok, /the parameter colour/],
    ['a body', 'POST /release?name=a', { status: 200, headers: text, body: 'x' }, /there is a body/],
    ['a method', 'DELETE /resources', { ...ok }, /200 to DELETE/],
  ])('%s', (_, line, answer, fault) => {
    expect(faultsOfAnswer(line, answer).join('\n')).toMatch(fault);
  });
});
