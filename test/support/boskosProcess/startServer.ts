import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('server.ts', import.meta.url));
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

export interface ServerProcess {
  readonly base: string;
  /** Ends it, and gives all that it has logged. */
  readonly close: () => Promise<string>;
}

/** @param ledger as server.ts takes it */
export async function startServer(...ledger: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...FLAGS, script, ...ledger], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none' },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const closed = once(child, 'close');
  const [base] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    closed.then(() => Promise.reject(new Error(`it ended without a URL: ${log}`))),
  ])) as [string];
  return {
    base,
    async close() {
      child.stdin.end();
      await closed;
      return log;
    },
  };
}
