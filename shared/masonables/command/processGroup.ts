import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process group that this process started: its id is the process ID of its leader. */
export interface ProcessGroup {
  /** Resolves with whether every process of the group was gone within `ms` milliseconds. */
  gone(ms: number): Promise<boolean>;
  /** SIGTERM, and SIGKILL to what is left after `graceMs` milliseconds. */
  end(graceMs: number): Promise<void>;
}

/** Must be watched until it is gone: later its id may belong to somebody else. */
export function processGroup(id: number): ProcessGroup {
  const gone = async (ms: number): Promise<boolean> => {
    for (let waited = 0, step = 5; ; step = Math.min(2 * step, LONGEST_STEP_MS)) {
      if (!isAlive(id)) return true;
      if (waited >= ms) return false;
      await delay(Math.min(step, ms - waited));
      waited += step;
    }
  };
  return {
    gone,
    end: async (graceMs) => {
      send(id, 'SIGTERM');
      if (await gone(graceMs)) return;
      send(id, 'SIGKILL');
      await gone(KILLED_MS);
    },
  };
}

/** Runs `work` while the exit of this process would kill the group: nobody is left then to end it more gently. */
export async function guarded<T>(id: number, work: () => Promise<T>): Promise<T> {
  if (guardedGroups.size === 0) process.on('exit', killGuarded);
  guardedGroups.add(id);
  try {
    return await work();
  } finally {
    guardedGroups.delete(id);
    if (guardedGroups.size === 0) process.off('exit', killGuarded);
  }
}

/** One listener for all: a listener for each would pass Node's limit of 10 with a warning. */
const guardedGroups = new Set<number>();
const killGuarded = (): void => {
  for (const id of guardedGroups) send(id, 'SIGKILL');
};

/** How often a group is looked at, at the least: a look reads all of /proc. */
const LONGEST_STEP_MS = 100;

/** How long a killed group may take to vanish. None of its processes runs again, so there is no need to wait for ever. */
const KILLED_MS = 2_000;

function send(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-id, signal);
    return true;
  } catch {
    return false; // ESRCH: nobody is left. EPERM: nobody whom we may signal is left.
  }
}

/**
 * A zombie counts as gone: it waits only for its parent to ask for its exit code, and in a container where process 1
 * adopts orphans and never asks, it would wait for ever. kill(2) finds zombies on Linux, so their state is read there.
 */
function isAlive(id: number): boolean {
  if (!send(id, 0)) return false;
  let processes: string[];
  try {
    processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return true; // No /proc: macOS, where kill(2) on zombies fails.
  }
  return processes.some((pid) => isLivingMember(pid, id));
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // "pid (name) state ppid pgrp …": the name may hold anything, parentheses too.
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(pgrp) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false; // It ended since /proc was listed.
  }
}
