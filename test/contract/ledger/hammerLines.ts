import type { ResourceRecord, Task } from '../../../shared/ledger/records.ts';
import { TASKS } from '../../../shared/ledger/records.ts';

/** What a process on a shared ledger prints: each result that it was given, and a user's intent before the call. */
export type Line =
  | { readonly said: 'taken' | 'granted'; readonly name: string; readonly cycle: number }
  | { readonly said: 'claimed'; readonly name: string; readonly token: number }
  | {
      readonly said: 'settled';
      readonly name: string;
      readonly token: number;
      readonly cycle: number;
      readonly phase: Task | null;
    }
  | { readonly said: 'acquired'; readonly name: string; readonly owner: string; readonly lastUpdate: number }
  | { readonly said: 'releasing'; readonly name: string }
  | { readonly said: 'end' };

/** What was said twice though it can only be true of one: two winners of one claim, two users of one resource. */
export function saidTwice(lines: readonly Line[]): string[] {
  const keys = lines.flatMap((line) => {
    if (line.said === 'claimed') return [`claim ${line.token} of ${line.name}`];
    return line.said === 'acquired' ? [`${line.name} acquired at ${line.lastUpdate}`] : [];
  });
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** What was acknowledged to one process and is not in the ledger. Nobody else may have touched time or config. */
export function lost(lines: readonly Line[], records: readonly ResourceRecord[]): string[] {
  const known = new Map(records.map((record) => [record.name, record]));
  const owners = new Map<string, string>();
  const missing: string[] = [];
  for (const line of lines) {
    if (line.said === 'acquired') owners.set(line.name, line.owner);
    else if (line.said === 'releasing') owners.delete(line.name);
    else if (line.said !== 'end' && !isWritten(line, known.get(line.name)))
      missing.push(JSON.stringify(line));
  }
  for (const [name, owner] of owners) {
    if (known.get(name)?.owner !== owner) missing.push(`${name} was acquired by ${owner}`);
  }
  return missing;
}

type Progress = Extract<Line, { said: 'taken' | 'granted' | 'claimed' | 'settled' }>;

function isWritten(line: Progress, record: ResourceRecord | undefined): boolean {
  if (record?.work == null) return false;
  const { token, cycle, phase } = record.work;
  switch (line.said) {
    case 'taken':
      return cycle >= line.cycle;
    case 'granted':
      return isAsFar({ cycle, phase }, { cycle: line.cycle, phase: 'clean' });
    case 'claimed':
      return token >= line.token;
    case 'settled':
      return token >= line.token && isAsFar({ cycle, phase }, line);
  }
}

interface Way {
  readonly cycle: number;
  readonly phase: Task | null;
}

/** A cycle's work is done in the order of the phases, and then there is none. */
function isAsFar(is: Way, was: Way): boolean {
  const rank = (phase: Task | null): number => (phase === null ? TASKS.length : TASKS.indexOf(phase));
  return is.cycle > was.cycle || (is.cycle === was.cycle && rank(is.phase) >= rank(was.phase));
}
