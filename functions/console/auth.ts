import { basic } from '../../shared/http/auth/basic.ts';
import { openPasswords } from '../../shared/http/auth/passwords.ts';
import type { HttpHandler } from '../../shared/http/handler.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Environment } from '../../shared/runtime/environment.ts';
import type { Log } from '../../shared/runtime/log.ts';

interface AuthParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  /** The text of a file. */
  readonly readFile: (path: string) => Promise<string>;
}

type AuthVariables = Pick<Environment, 'MASON_AUTH' | 'MASON_BASIC_USER' | 'MASON_BASIC_PASSWORD_FILE'>;

/** Who may look, by the same choice as who may call Boskos's API. */
export function withAuth(environment: AuthVariables, parts: AuthParts, handle: HttpHandler): HttpHandler {
  const { MASON_AUTH: auth, MASON_BASIC_USER: user, MASON_BASIC_PASSWORD_FILE: path = '' } = environment;
  if (auth !== 'basic') return handle;
  const passwords = openPasswords({ ...parts, read: () => parts.readFile(path) });
  return basic({ user, realm: 'mason console', passwords }, handle);
}
