import { exec, execFile, type ExecFileException } from 'node:child_process';

import type { Io } from '../io.ts';
import type { TokenMeans } from './idToken.ts';

/** How long (ms) a program may take for a token; gcloud itself takes one to three seconds. */
const PROGRAM_MS = 60_000;
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** The ways to an ID token on this machine. Google's library is loaded only by the first that needs it. */
export function tokenMeans({
  environment,
  directory,
}: Pick<Io, 'environment' | 'directory'>): Omit<TokenMeans, 'now'> {
  const options = { env: { ...environment }, cwd: directory, timeout: PROGRAM_MS, encoding: 'utf8' } as const;
  return {
    async byDefault(audience) {
      const { GoogleAuth, UserRefreshClient } = await import('google-auth-library');
      const auth = new GoogleAuth();
      if ((await auth.getClient()) instanceof UserRefreshClient) return null;
      const client = await auth.getIdTokenClient(audience);
      return bearerIn(await client.getRequestHeaders());
    },
    async byImpersonation(audience, serviceAccount) {
      const { GoogleAuth, Impersonated } = await import('google-auth-library');
      const sourceClient = await new GoogleAuth({ scopes: [CLOUD_PLATFORM] }).getClient();
      const client = new Impersonated({
        sourceClient,
        targetPrincipal: serviceAccount,
        targetScopes: [CLOUD_PLATFORM],
      });
      return client.fetchIdToken(audience, { includeEmail: true });
    },
    gcloud: (argv) => printed((done) => execFile('gcloud', [...argv], options, done)),
    shell: (line) => printed((done) => exec(line, options, done)),
  };
}

type Done = (error: ExecFileException | null, out: string, err: string) => void;

/** What a program prints. Its own words of a failure, not our command line with them. */
function printed(run: (done: Done) => unknown): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  run((error, out, err) => {
    if (error === null) resolve(out);
    else reject(new Error(whyNot(error, err), { cause: error }));
  });
  return promise;
}

function whyNot({ code, killed }: ExecFileException, err: string): string {
  if (code === 'ENOENT') return 'there is no such program on this machine';
  if (killed === true) return `it printed none within ${PROGRAM_MS / 1_000} s`;
  return err.trim() || `it ended with ${String(code)}`;
}

const bearerIn = (headers: Headers): string => (headers.get('authorization') ?? '').replace(/^Bearer /, '');
