import { expect, test } from '@jest/globals';

import { KEPT_MS } from '../../../shared/http/auth/passwords.ts';
import { guarded, type Guarded } from './authFixtures.ts';

const PATH = '/etc/secrets/password';
const basic = (text: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

function server(password: string | null, variables: Record<string, string> = {}): Guarded {
  const made = guarded({ MASON_AUTH: 'basic', MASON_BASIC_PASSWORD_FILE: PATH, ...variables });
  made.password = password;
  return made;
}

test('who has the password comes in', async () => {
  const guard = server('s3same:öffne\n');
  expect(await guard.call('POST /acquire', basic('mason:s3same:öffne'))).toMatchObject({ status: 200 });
  expect(await guard.call('GET /', { authorization: 'BASIC  bWFzb246czNzYW1lOsO2ZmZuZQ==' })).toMatchObject({
    status: 200,
  });
  expect(guard.heard).toEqual(['POST /acquire', 'GET /']);
});

test.each([
  ['nothing', {}],
  ['another password', basic('mason:s3samE')],
  ['its beginning', basic('mason:s3sam')],
  ['more than it', basic('mason:s3same ')],
  ['another user', basic('root:s3same')],
  ['no user', basic(':s3same')],
  ['no password', basic('mason:')],
  ['no colon', basic('masons3same')],
  ['the password in the clear', { authorization: 'mason:s3same' }],
  ['no Base64', { authorization: 'Basic !!!' }],
  ['another scheme', { authorization: 'Bearer bWFzb246czNzYW1l' }],
])('who sends %s is refused, and nothing of it is logged', async (_, headers: Record<string, string>) => {
  const guard = server('s3same');
  expect(await guard.call('POST /reset?type=a', headers)).toEqual({
    status: 401,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'www-authenticate': 'Basic realm="boskos", charset="UTF-8"',
    },
    body: 'user or password is wrong, or missing\n',
  });
  expect([guard.heard, guard.log]).toEqual([[], []]);
});

test('the user is as the environment names him', async () => {
  const guard = server('s3same', { MASON_BASIC_USER: 'prow' });
  expect(await guard.call('GET /', basic('prow:s3same'))).toMatchObject({ status: 200 });
  expect(await guard.call('GET /', basic('mason:s3same'))).toMatchObject({ status: 401 });
});

test('a new password holds from the next reading, the old one no longer', async () => {
  const guard = server('old');
  const status = async (password: string): Promise<number> =>
    (await guard.call('GET /', basic(`mason:${password}`))).status;
  expect(await status('old')).toBe(200);
  guard.password = 'new';
  guard.nowMs += KEPT_MS - 1;
  expect([await status('old'), await status('new'), guard.reads]).toEqual([200, 401, 1]);
  guard.nowMs += 1;
  expect([await status('old'), await status('new'), guard.reads]).toEqual([401, 200, 2]);
});

test('while a file has two, both hold', async () => {
  const guard = server('new\r\n\n old \n');
  for (const [password, status] of [
    ['old', 200],
    ['new', 200],
    ['', 401],
    ['new\r\n\n old ', 401],
  ] as const)
    expect(await guard.call('GET /', basic(`mason:${password}`))).toMatchObject({ status });
});

test.each([
  ['is not there', null, `MASON_BASIC_PASSWORD_FILE can not be read: ${PATH} is not there`],
  ['is empty', ' \n', 'MASON_BASIC_PASSWORD_FILE is empty'],
])('a file that %s lets nobody in, until there is one', async (_, text, message) => {
  const guard = server(text);
  for (const headers of [basic('mason:'), basic('mason:s3same'), {}])
    expect(await guard.call('GET /', headers)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
    });
  expect(guard.heard).toEqual([]);
  expect(guard.log).toEqual([{ severity: 'ERROR', event: 'no-password', message }]);
  guard.password = 's3same';
  guard.nowMs += KEPT_MS;
  expect(await guard.call('GET /', basic('mason:s3same'))).toMatchObject({ status: 200 });
});
