// A process of its own for sqliteProcesses.test.ts: takes resources and gives them back until it is killed, and says on
// standard output what it was told. A file for each resource that it holds is the witness that nobody else has it.

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';

const [path = '', witnesses = '', owner = ''] = process.argv.slice(2);
const say = (word: string, name: string): number => writeSync(1, `${word} ${name}\n`);
const ledger = openSqliteLedger({ path, now: () => Date.now(), random: () => Math.random() });
const request = { type: 'project', state: 'free', dest: 'busy', owner, requestId: '', requestTtlMs: 1000 };

for (;;) {
  const taken = await Promise.all([take(), take()]);
  for (const name of taken) if (name !== null) await giveBack(name);
}

async function take(): Promise<string | null> {
  const answer = await ledger.users.acquire({ ...request, newName: () => 'none', ahead: null });
  if (answer.kind !== 'acquired') return null;
  const { name } = answer.resource;
  closeSync(openSync(join(witnesses, name), 'wx'));
  say('got', name);
  return name;
}

async function giveBack(name: string): Promise<void> {
  say('giving', name);
  rmSync(join(witnesses, name));
  const { kind } = await ledger.users.release({ name, dest: 'free', owner });
  say(kind === 'done' ? 'gave' : 'lost', name);
}
