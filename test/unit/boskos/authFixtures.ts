import { withAuth } from '../../../functions/boskos/auth/auth.ts';
import type { BoskosAnswer } from '../../../functions/boskos/answer.ts';
import type { BoskosHandler } from '../../../functions/boskos/boskos.ts';
import { readEnvironment } from '../../../shared/runtime/environment.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';

/** A handler behind what the environment says of auth, and what a test does with both. */
export interface Guarded {
  readonly handle: BoskosHandler;
  /** The calls that came through. */
  readonly heard: readonly string[];
  readonly log: readonly LogEntry[];
  /** What stands in the password file; null: it isn't there. */
  password: string | null;
  /** Milliseconds. */
  nowMs: number;
  /** How often the password file was read. */
  reads: number;
  /** @param line `METHOD PATH` */
  readonly call: (line: string, headers?: Readonly<Record<string, string>>) => Promise<BoskosAnswer>;
}

export function guarded(variables: Readonly<Record<string, string>>): Guarded {
  const environment = readEnvironment({ MASON_CONFIG: 'a.yaml', MASON_LEDGER: ':memory:', ...variables });
  const heard: string[] = [];
  const log: LogEntry[] = [];
  const inside: BoskosHandler = ({ method, path }) => {
    heard.push(`${method} ${path}`);
    return Promise.resolve({ status: 200, headers: {}, body: '' });
  };
  const parts = {
    clock: { monotonic: () => world.nowMs },
    log: (entry: LogEntry) => void log.push(entry),
    readFile(path: string) {
      world.reads += 1;
      return world.password === null
        ? Promise.reject(new Error(`${path} is not there`))
        : Promise.resolve(world.password);
    },
  };
  const handle = withAuth(environment, parts, inside);
  const world: Guarded = {
    handle,
    heard,
    log,
    password: null,
    nowMs: 0,
    reads: 0,
    call(line, headers = {}) {
      const [method = '', url = ''] = line.split(' ');
      const [path = '', query = ''] = url.split('?');
      return handle({ method, path, query, headers, body: new Uint8Array() });
    },
  };
  return world;
}

/** An ID token as Cloud Run hands it on. */
export const tokenOf = (claims: object, signature = 'SIGNATURE_REMOVED_BY_GOOGLE'): string =>
  [{ alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(signature)
    .join('.');

/** The headers of a call that IAM has let in as this caller. */
export const as = (email: string): Record<string, string> => ({
  authorization: `Bearer ${tokenOf({ email, email_verified: true })}`,
});
