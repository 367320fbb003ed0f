import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { describe, expect, test } from '@jest/globals';

import { startEmulator } from '../../shared/cloud/emulators.ts';
import { until } from '../support/until.ts';

const root = new URL('../..', import.meta.url);

describe.each(['firestore', 'pubsub'] as const)('the emulator of %s', (kind) => {
  test('answers on a loopback port, and no more once it was stopped', async () => {
    const emulator = await startEmulator(kind, { projectId: 'mason' });
    expect(emulator.host).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await isThere(emulator.host)).toBe(true);
    await Promise.all([emulator.stop(), emulator.stop()]);
    expect(await isThere(emulator.host)).toBe(false);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'ends with the process that started it, by %s',
    async (signal) => {
      const program = `
      import { startEmulator } from './shared/cloud/emulators.ts';
      console.log((await startEmulator('${kind}', { projectId: 'mason' })).host);
    `;
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
        { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [host] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      expect(await isThere(host)).toBe(true);
      child.kill(signal);
      await until(
        async () => !(await isThere(host)),
        () => `${kind} still answers on ${host}`,
      );
    },
  );

  test('does not begin on a port that somebody has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startEmulator(kind, { projectId: 'mason', port })).rejects.toMatchObject({
      code: 'ENVIRONMENT_INVALID',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    other.close();
  });

  test('that ends early is told with what it said, and leaves nothing behind', async () => {
    const { PATH, TMPDIR } = process.env;
    const folder = await mkdtemp(join(tmpdir(), 'mason-test-'));
    Object.assign(process.env, { PATH: '/nowhere', TMPDIR: folder });
    try {
      await expect(startEmulator(kind, { projectId: 'mason' })).rejects.toMatchObject({
        code: 'SERVER_UNREACHABLE',
        message: expect.stringMatching(/emulators.*ended with exit code 127[^]*not found/),
      });
      expect(await readdir(folder)).toEqual([]);
    } finally {
      process.env['PATH'] = PATH;
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
      await rmdir(folder);
    }
  });
});

async function isThere(host: string): Promise<boolean> {
  try {
    return (await fetch(`http://${host}/`)).ok;
  } catch {
    return false;
  }
}
