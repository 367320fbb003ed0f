import { describe, expect, test } from '@jest/globals';

import { createTokenSource, type TokenFlags, type TokenMeans } from '../../../shared/cli/proxy/idToken.ts';

const AUDIENCE = 'https://boskos-1.run.app';
const BOT = 'bot@p.iam.gserviceaccount.com';
const START = 1_000_000_000_000;

const tokenOf = (name: string, expiresAt: number): string =>
  ['{}', JSON.stringify({ name, exp: expiresAt / 1_000 }), 's']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const GOOD = tokenOf('good', START + 3_600_000);

interface Ways extends TokenMeans {
  readonly asked: string[];
  nowMs: number;
}

/** Ways that all fail, but for those that the test says. */
function waysWith(given: Partial<TokenMeans>): Ways {
  const asked: string[] = [];
  const fails = (way: string) => () => Promise.reject(new Error(`no ${way} here`));
  const ways: Record<
    'byDefault' | 'byImpersonation' | 'gcloud' | 'shell',
    (...words: never[]) => Promise<string | null>
  > = {
    byDefault: given.byDefault ?? fails('credentials'),
    byImpersonation: given.byImpersonation ?? fails('right to do so'),
    gcloud: given.gcloud ?? fails('gcloud'),
    shell: given.shell ?? fails('shell'),
  };
  const noted = Object.fromEntries(
    Object.entries(ways).map(([name, way]) => [
      name,
      (...words: never[]) => {
        asked.push([name, ...words.flat()].join(' '));
        return way(...words);
      },
    ]),
  ) as unknown as TokenMeans;
  const world: Ways = { ...noted, asked, nowMs: START, now: () => world.nowMs };
  return world;
}

const sourceOf = (flags: TokenFlags, ways: Ways) => createTokenSource({ audience: AUDIENCE, ...flags }, ways);

describe('where the token comes from', () => {
  test('by default from the credentials of this machine', async () => {
    const ways = waysWith({ byDefault: () => Promise.resolve(GOOD) });
    expect(await sourceOf({}, ways)()).toBe(GOOD);
    expect(ways.asked).toEqual([`byDefault ${AUDIENCE}`]);
  });

  test.each([
    ['are a person’s', () => Promise.resolve(null)],
    ['are not there', () => Promise.reject(new Error('none'))],
  ])('from gcloud, if they %s', async (_, byDefault) => {
    const ways = waysWith({ byDefault, gcloud: () => Promise.resolve(`${GOOD}\n`) });
    expect(await sourceOf({}, ways)()).toBe(GOOD);
    expect(ways.asked).toEqual([`byDefault ${AUDIENCE}`, 'gcloud auth print-identity-token --quiet']);
  });

  test('as a service account, by either, and with its email', async () => {
    const ways = waysWith({ gcloud: () => Promise.resolve(GOOD) });
    expect(await sourceOf({ impersonate: BOT }, ways)()).toBe(GOOD);
    expect(ways.asked).toEqual([
      `byImpersonation ${AUDIENCE} ${BOT}`,
      `gcloud auth print-identity-token --quiet --impersonate-service-account=${BOT} --audiences=${AUDIENCE} --include-email`,
    ]);
  });

  test('from a command alone, if there is one', async () => {
    const ways = waysWith({ shell: () => Promise.resolve(`\n${GOOD}\n`) });
    expect(await sourceOf({ tokenCommand: 'vault read -field=t x', impersonate: BOT }, ways)()).toBe(GOOD);
    expect(ways.asked).toEqual(['shell vault read -field=t x']);
  });
});

test('none of them works: every reason, and what to do', async () => {
  const ways = waysWith({ byDefault: () => Promise.resolve(null) });
  const failure = await sourceOf({}, ways)().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
  const { message } = failure as Error;
  for (const part of [
    AUDIENCE,
    'credentials of this machine gave none',
    'gcloud: no gcloud here',
    'gcloud auth login',
  ])
    expect(message).toContain(part);
  for (const flag of ['--impersonate', '--token-command']) expect(message).toContain(flag);
});

test.each(['', 'ya29.secret', 'a.b', 'a.bm8.c', `${GOOD} x`, 'a..c'])(
  '%j is no token, and is not told',
  async (text) => {
    const ways = waysWith({ shell: () => Promise.resolve(text) });
    const failure = (await sourceOf({ tokenCommand: 'x' }, ways)().catch((error: unknown) => error)) as Error;
    expect(failure.message).toContain('--token-command gave none');
    expect(failure.message).not.toContain('secret');
  },
);

describe('a token is kept', () => {
  test('until a minute before it expires', async () => {
    const made = [GOOD, tokenOf('next', START + 7_200_000)];
    const ways = waysWith({ byDefault: () => Promise.resolve(made.shift() ?? null) });
    const source = sourceOf({}, ways);
    expect(await source()).toBe(GOOD);
    ways.nowMs += 3_539_999;
    expect(await source()).toBe(GOOD);
    ways.nowMs += 1;
    const next = await Promise.all([source(), source(), source()]);
    expect(new Set(next).size).toBe(1);
    expect(next).not.toContain(GOOD);
    expect(ways.asked).toHaveLength(2);
  });

  test('many that ask at once ask once', async () => {
    const ways = waysWith({ byDefault: () => Promise.resolve(GOOD) });
    const source = sourceOf({}, ways);
    await Promise.all([source(), source(), source()]);
    expect(ways.asked).toHaveLength(1);
  });

  test('but not a failure', async () => {
    let isThere = false;
    const ways = waysWith({
      shell: () => (isThere ? Promise.resolve(GOOD) : Promise.reject(new Error('no'))),
    });
    const source = sourceOf({ tokenCommand: 'x' }, ways);
    await expect(source()).rejects.toThrow();
    isThere = true;
    expect(await source()).toBe(GOOD);
  });
});
