import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  basicAuthorization,
  idTokenAuthorization,
  noAuthorization,
} from '../../../../shared/boskos/http/client/authorization.ts';

test('none sends none', async () => {
  expect(await noAuthorization()).toBeNull();
});

describe('Basic', () => {
  let folder: string;
  let passwordFile: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mason-'));
    passwordFile = join(folder, 'password');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each([
    ['sesame', 'sesame'],
    ['sesame\n', 'sesame'],
    ['sesame\r\n', 'sesame'],
    ['a:b ä\n\n', 'a:b ä\n'],
  ])('has the password %j without the end of its line', async (content, password) => {
    await writeFile(passwordFile, content);
    expect(await basicAuthorization({ user: 'mason', passwordFile })()).toBe(basic(`mason:${password}`));
  });

  test('follows a password that changes, be it of the same length', async () => {
    const authorization = basicAuthorization({ user: 'mason', passwordFile });
    await writeFile(passwordFile, 'old');
    expect(await authorization()).toBe(basic('mason:old'));
    await writeFile(passwordFile, 'new');
    expect(await authorization()).toBe(basic('mason:new'));
  });

  test('says which file is missing', async () => {
    await expect(basicAuthorization({ user: 'mason', passwordFile })()).rejects.toMatchObject({
      code: 'BOSKOS_REFUSED',
      sent: false,
      message: `the password for Boskos can not be read from ${passwordFile}: there is no such file`,
    });
  });

  test.each(['', 'a:b'])('refuses the user %j', (user) => {
    expect(() => basicAuthorization({ user, passwordFile })).toThrow('the user for Boskos must be there');
  });
});

describe('an ID token', () => {
  const tokens = (...answers: readonly (string | Error)[]) => {
    const seen: { audiences: string[]; opened: number } = { audiences: [], opened: 0 };
    let n = 0;
    const open = async () => {
      seen.opened += 1;
      return {
        async getIdTokenClient(audience: string) {
          seen.audiences.push(audience);
          return {
            async getRequestHeaders() {
              const answer = answers[n++];
              if (answer instanceof Error) throw answer;
              return new Headers(answer === undefined ? {} : { authorization: answer });
            },
          };
        },
      };
    };
    return { open, seen };
  };

  test('is asked for at each call, of one client that keeps it', async () => {
    const { open, seen } = tokens('Bearer a', 'Bearer b');
    const authorization = idTokenAuthorization('https://boskos.example', open);
    expect(seen.opened).toBe(0);
    expect(await authorization()).toBe('Bearer a');
    expect(await authorization()).toBe('Bearer b');
    expect(seen).toEqual({ audiences: ['https://boskos.example'], opened: 1 });
  });

  test('that can not be had now is tried for again', async () => {
    const { open, seen } = tokens(new Error('the metadata server is busy'), 'Bearer a');
    const authorization = idTokenAuthorization('https://boskos.example', open);
    await expect(authorization()).rejects.toMatchObject({ code: 'BOSKOS_UNAVAILABLE', sent: false });
    expect(await authorization()).toBe('Bearer a');
    expect(seen.opened).toBe(2);
  });

  test.each([
    'Cannot fetch ID token in this environment, use GCE',
    'Could not load the default credentials. Browse to …',
  ])('that will never be had is refused: %s', async (reason) => {
    const { open } = tokens(new Error(reason));
    const authorization = idTokenAuthorization('https://boskos.example', open);
    await expect(authorization()).rejects.toMatchObject({
      code: 'BOSKOS_REFUSED',
      message: expect.stringContaining('Mason must run as a service account') as unknown,
    });
  });
});
