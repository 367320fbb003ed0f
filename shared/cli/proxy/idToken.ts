import * as z from 'zod';

import { MasonError } from '../../errors.ts';

/** Where the ID token comes from. */
export interface TokenFlags {
  /** A service account, by its email. */
  readonly impersonate?: string;
  /** A line for the shell that prints a token. */
  readonly tokenCommand?: string;
}

export interface TokenMeans {
  /** By Application Default Credentials. Null: they are a person's, whom Google gives no ID token for an audience. */
  readonly byDefault: (audience: string) => Promise<string | null>;
  /** As that service account, by Application Default Credentials. */
  readonly byImpersonation: (audience: string, serviceAccount: string) => Promise<string>;
  readonly gcloud: (argv: readonly string[]) => Promise<string>;
  readonly shell: (line: string) => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface TokenWish extends TokenFlags {
  /** The server's own URL. */
  readonly audience: string;
}

/** How long (ms) a token must still be good when it is sent. */
const LEAST_LEFT_MS = 60_000;

/**
 * Gives an ID token, the same until it is about to expire.
 * @throws MasonError TOKEN_UNAVAILABLE from what it returns
 */
export function createTokenSource(wish: TokenWish, means: TokenMeans): () => Promise<string> {
  let kept: Promise<Token> | null = null;
  const fetchAnew = (): Promise<Token> => {
    const asked = fetchToken(wish, means).catch((error: unknown) => {
      if (kept === asked) kept = null;
      throw error;
    });
    kept = asked;
    return asked;
  };
  return async () => {
    const asked = kept ?? fetchAnew();
    const { text, expiresAt } = await asked;
    if (expiresAt - means.now() > LEAST_LEFT_MS) return text;
    // Of many calls that find it old, the first asks for a new one.
    const next = kept === asked || kept === null ? fetchAnew() : kept;
    return (await next).text;
  };
}

interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

async function fetchToken(wish: TokenWish, means: TokenMeans): Promise<Token> {
  const reasons: string[] = [];
  for (const { name, get } of waysOf(wish, means)) {
    try {
      const printed = await get();
      const token = printed === null ? null : readToken(printed.trim());
      if (token !== null) return token;
      reasons.push(`${name} gave none`);
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
  }
  throw new MasonError(
    'TOKEN_UNAVAILABLE',
    `no ID token for ${wish.audience}:\n${reasons.map((reason) => `  ${reason}`).join('\n')}\n${CURE}`,
  );
}

const CURE = `Log in with gcloud auth login, use --impersonate SERVICE_ACCOUNT, on which you need the role Service Account OpenID Connect
Identity Token Creator, or name a program that prints an ID token: --token-command COMMAND`;

interface Way {
  readonly name: string;
  readonly get: () => Promise<string | null>;
}

/**
 * One after the other. A person's own token, which gcloud alone gives out, is for gcloud instead of an audience: Cloud Run
 * takes it all the same. The email has to be asked for where a service account is impersonated.
 */
function waysOf({ audience, impersonate, tokenCommand }: TokenWish, means: TokenMeans): Way[] {
  if (tokenCommand !== undefined) return [{ name: '--token-command', get: () => means.shell(tokenCommand) }];
  const print = ['auth', 'print-identity-token', '--quiet'];
  if (impersonate !== undefined) {
    const flags = [
      `--impersonate-service-account=${impersonate}`,
      `--audiences=${audience}`,
      '--include-email',
    ];
    return [
      {
        name: `credentials of this machine as ${impersonate}`,
        get: () => means.byImpersonation(audience, impersonate),
      },
      { name: `gcloud as ${impersonate}`, get: () => means.gcloud([...print, ...flags]) },
    ];
  }
  return [
    { name: 'credentials of this machine', get: () => means.byDefault(audience) },
    { name: 'gcloud', get: () => means.gcloud(print) },
  ];
}

const claimsSchema = z.object({ exp: z.number() });

/** @returns null if it is none; what it was is not told, for it may be a credential of another kind */
function readToken(text: string): Token | null {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  if (payload === undefined) return null;
  try {
    const { exp } = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return { text, expiresAt: exp * 1_000 };
  } catch {
    return null;
  }
}
