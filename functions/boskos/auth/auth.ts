import { basic } from '../../../shared/http/auth/basic.ts';
import { openPasswords } from '../../../shared/http/auth/passwords.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Environment } from '../../../shared/runtime/environment.ts';
import type { Log } from '../../../shared/runtime/log.ts';
import type { BoskosHandler } from '../boskos.ts';
import { bound } from './bound.ts';

export interface AuthParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  /** The text of a file. */
  readonly readFile: (path: string) => Promise<string>;
}

type AuthVariables = Pick<
  Environment,
  | 'MASON_AUTH'
  | 'MASON_OWNER_PATTERN'
  | 'MASON_RESET_CALLERS'
  | 'MASON_BASIC_USER'
  | 'MASON_BASIC_PASSWORD_FILE'
>;

/**
 * Puts the environment's choice of who may call, and as whom, before the handler.
 *
 * `iam`: Cloud Run has let in only whom IAM knows; here, at most the owner is bound to that caller. Whoever chooses it
 * must deploy with IAM enforced, or anybody comes in, and as anybody.
 */
export function withAuth(environment: AuthVariables, parts: AuthParts, handle: BoskosHandler): BoskosHandler {
  const { MASON_AUTH: auth, MASON_OWNER_PATTERN: owners = null } = environment;
  const { MASON_RESET_CALLERS: resetCallers = owners === null ? null : [] } = environment;
  switch (auth) {
    case 'none':
      return handle;
    case 'iam':
      return owners === null && resetCallers === null ? handle : bound({ owners, resetCallers }, handle);
    case 'basic': {
      const { MASON_BASIC_USER: user, MASON_BASIC_PASSWORD_FILE: path = '' } = environment;
      const passwords = openPasswords({ ...parts, read: () => parts.readFile(path) });
      return basic({ user, realm: 'boskos', passwords }, handle);
    }
  }
}
