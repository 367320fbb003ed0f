import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';

/** Microseconds of one call stack, its innermost frame first. */
export interface Stack {
  readonly frames: readonly Frame[];
  readonly us: number;
}

export interface Frame {
  readonly name: string;
  /** Of the file; empty for what V8 does itself. */
  readonly url: string;
}

/** What the thread did while `work` ran, by V8's own profiler: a sample each millisecond, waiting for a disk included. */
export async function profile(work: () => Promise<void>): Promise<readonly Stack[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await work();
    return stacksOf((await session.post('Profiler.stop')).profile);
  } finally {
    session.disconnect();
  }
}

function stacksOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Stack[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, frameOf(callFrame)]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const times = new Map<number, number>();
  for (const [at, id] of samples.entries()) times.set(id, (times.get(id) ?? 0) + (timeDeltas[at] ?? 0));
  return [...times].map(([id, us]) => ({ frames: framesFrom(id, frames, parents), us }));
}

const frameOf = ({ functionName, url }: { functionName: string; url: string }): Frame => ({
  name: functionName,
  url,
});

function framesFrom(
  id: number,
  frames: ReadonlyMap<number, Frame>,
  parents: ReadonlyMap<number, number>,
): Frame[] {
  const found: Frame[] = [];
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = frames.get(at);
    if (frame !== undefined) found.push(frame);
  }
  return found;
}
