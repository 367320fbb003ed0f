import { describe, expect, test } from '@jest/globals';

import { createRouter, type Route } from '../../../shared/api/router.ts';
import { MasonError } from '../../../shared/errors.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';

const SECRET = 'projects/p/databases/d/documents/resources/c-1';

const failing = (thrown: unknown): Route => ({
  method: 'GET',
  path: '/there',
  handle: () => {
    throw thrown;
  },
});

async function ask(error: unknown, tellsFaults: boolean) {
  const logged: LogEntry[] = [];
  const answer = createRouter([failing(error)], { log: (entry) => void logged.push(entry), tellsFaults });
  const { status, body } = await answer({
    method: 'GET',
    path: '/there',
    query: '',
    headers: {},
    body: null,
  });
  const { error: told } = JSON.parse(body) as { error: { code: string; message: string } };
  return { status, told, logged };
}

describe('a fault of this side', () => {
  test.each([
    ['a bug', new TypeError(SECRET), 500, 'INTERNAL'],
    ['no error at all', SECRET, 500, 'INTERNAL'],
    ['what passes by itself', new MasonError('LEDGER_UNAVAILABLE', SECRET), 503, 'LEDGER_UNAVAILABLE'],
    ['what does not', new MasonError('LEDGER_UNREADABLE', SECRET), 500, 'LEDGER_UNREADABLE'],
  ])('%s is logged, and told in its own words only where that is wanted', async (_, error, status, code) => {
    const remote = await ask(error, false);
    expect(remote).toMatchObject({ status, told: { code } });
    expect(remote.told.message).not.toContain(SECRET);
    expect(remote.logged).toEqual([
      { severity: 'ERROR', event: 'call-failed', message: `GET /there could not be answered: ${SECRET}` },
    ]);
    const here = await ask(error, true);
    expect(here).toMatchObject({ status, told: { code } });
    expect(here.told.message).toContain(SECRET);
    expect(here.logged).toEqual(remote.logged);
  });
});

test.each([
  ['NOT_FOUND', 404],
  ['REFUSED', 409],
  ['MESSAGE_INVALID', 400],
] as const)('what the caller has to mend (%s) is told, and not logged', async (code, status) => {
  const { logged, ...answer } = await ask(new MasonError(code, 'it is c-1'), false);
  expect(answer).toEqual({ status, told: { code, message: 'it is c-1' } });
  expect(logged).toEqual([]);
});
