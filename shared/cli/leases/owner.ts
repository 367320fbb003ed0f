import { hostname } from 'node:os';

import type { Io } from '../io.ts';

/**
 * In whose name resources are held, if nobody says: whoever sees it in a list must be able to find who that is. The same in
 * every step of a CI job, so that one step can release what another has acquired.
 */
export function defaultOwner(environment: Io['environment'], host: () => string = hostname): string {
  const joined = (...names: string[]): string | null => {
    const values = names.map((name) => environment[name] ?? '');
    return values.includes('') ? null : values.join('/');
  };
  return (
    joined('MASON_OWNER') ??
    // GitHub Actions.
    joined('GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_JOB') ??
    // GitLab.
    joined('CI_PROJECT_PATH', 'CI_JOB_ID') ??
    // Prow.
    joined('JOB_NAME', 'BUILD_ID') ??
    `${joined('USER') ?? joined('LOGNAME') ?? 'somebody'}@${host()}`
  );
}
