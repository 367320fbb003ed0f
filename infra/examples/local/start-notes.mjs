// Constructs a notes service out of a port and a folder. Mason may run this again at any time, also while an earlier
// run that it lost is still at work: so it takes up what is there already, and replaces what belongs to an earlier round.

import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { endServiceOn, main, readOrder, until, urlOf, whoIsOn } from './service.mjs';

const PROGRAM = fileURLToPath(new URL('notes-service.mjs', import.meta.url));

await main(async () => {
  const { home, resource, cycle, folder, port } = readOrder();
  const findOurs = async () => {
    const who = await whoIsOn(port);
    return who?.resource === resource && who.cycle === cycle && who.folder === folder ? who : null;
  };
  let ours = await findOurs();
  if (!ours) {
    await endServiceOn(port, home);
    const other = await whoIsOn(port);
    if (other)
      throw new Error(`port ${port} is in use by ${other.folder || 'a program that is no notes service'}`);
    await mkdir(folder, { recursive: true });
    const log = join(folder, 'service.log');
    const child = await start(log, [String(port), folder, resource, cycle]);
    await until(async () => {
      ours = await findOurs();
      // With code 0 it gave way to another run of this script, which was faster.
      if (child.exitCode) throw new Error(`the service did not start: ${await readFile(log, 'utf8')}`);
      return ours !== null;
    }, `the service does not answer on port ${port}`);
  }
  // The user data of the virtual resource: what its user needs to know. All values are texts.
  process.stdout.write(JSON.stringify({ url: urlOf(port), folder, pid: String(ours?.pid) }));
});

/** In a session of its own (detached), since Mason ends whatever else its commands leave behind. */
async function start(/** @type {string} */ log, /** @type {string[]} */ args) {
  const output = await open(log, 'a');
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  child.unref();
  await output.close();
  return child;
}
