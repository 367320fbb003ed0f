import { describe, expect, test } from '@jest/globals';

import { withAuth } from '../../../functions/console/auth.ts';
import { callerBy } from '../../../functions/console/caller.ts';
import { tokenOf } from '../boskos/authFixtures.ts';

const iam = callerBy({ MASON_AUTH: 'iam', MASON_BASIC_USER: 'mason' });
const token = (email: string): string => `Bearer ${tokenOf({ email, email_verified: true })}`;
const IAP = 'service-123@gcp-sa-iap.iam.gserviceaccount.com';
const HEADER = 'x-goog-authenticated-user-email';

describe('who gives an order', () => {
  test('is whom IAM let in', () => {
    expect(iam({ authorization: token('Alice@corp.example') })).toEqual({ email: 'alice@corp.example' });
    expect(iam({})).toHaveProperty('fault');
  });

  test('is for whom IAP calls, where it is IAP that IAM let in', () => {
    const headers = { 'x-serverless-authorization': token(IAP) };
    expect(iam({ ...headers, [HEADER]: 'accounts.google.com:Bob@corp.example' })).toEqual({
      email: 'bob@corp.example',
    });
    for (const value of ['', 'accounts.google.com:', 'nobody', 'a@b c@d'])
      expect(iam({ ...headers, [HEADER]: value })).toHaveProperty('fault');
  });

  test('is nobody else by a header that anybody can send', () => {
    expect(iam({ [HEADER]: 'boss@corp.example' })).toHaveProperty('fault');
    expect(iam({ authorization: token('alice@corp.example'), [HEADER]: 'boss@corp.example' })).toEqual({
      email: 'alice@corp.example',
    });
    expect(
      iam({ authorization: token('service-1@gcp-sa-iap.evil.example'), [HEADER]: 'boss@corp.example' }),
    ).toEqual({ email: 'service-1@gcp-sa-iap.evil.example' });
  });

  test('is the one user of a password, or anybody of a private network', () => {
    expect(callerBy({ MASON_AUTH: 'basic', MASON_BASIC_USER: 'ops' })({})).toEqual({ email: 'ops' });
    expect(callerBy({ MASON_AUTH: 'none', MASON_BASIC_USER: 'ops' })({})).toEqual({ email: 'somebody' });
  });
});

describe('who may look', () => {
  const parts = { clock: { monotonic: () => 0 }, log: () => undefined, readFile: async () => 'right\n' };
  const call = { method: 'GET', path: '/console', query: '', body: new Uint8Array() };
  const seen = { status: 200, headers: {}, body: 'seen' };
  const basic = withAuth(
    { MASON_AUTH: 'basic', MASON_BASIC_USER: 'ops', MASON_BASIC_PASSWORD_FILE: '/password' },
    parts,
    async () => seen,
  );
  const as = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  test('is who knows the password', async () => {
    expect(await basic({ ...call, headers: as('ops:right') })).toEqual(seen);
    expect(await basic({ ...call, headers: as('ops:wrong') })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('mason console') },
    });
  });

  test('is whom Cloud Run lets in', async () => {
    const open = withAuth({ MASON_AUTH: 'iam', MASON_BASIC_USER: 'ops' }, parts, async () => seen);
    expect(await open({ ...call, headers: {} })).toEqual(seen);
  });
});
