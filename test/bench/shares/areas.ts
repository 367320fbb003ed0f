import type { Frame, Stack } from './profile.ts';

/** What a stack's time is counted as: the first area that one of its frames is in, from the innermost on. */
interface Area {
  readonly name: string;
  readonly has: (frame: Frame, caller: Frame | undefined) => boolean;
}

const inFile =
  (...parts: readonly string[]) =>
  ({ url }: Frame): boolean =>
    parts.some((part) => url.includes(part));

const isNamed =
  (...names: readonly string[]) =>
  ({ name }: Frame): boolean =>
    names.includes(name);

const isSqlite = inFile('/ledger/sqlite/database.ts');

const AREAS: readonly Area[] = [
  { name: 'waiting for the emulators', has: isNamed('(idle)') },
  { name: 'garbage collection', has: isNamed('(garbage collector)') },
  {
    name: 'SQLite: begin and commit',
    has: (frame, caller) => isSqlite(frame) && frame.name === 'run' && caller?.name === '#commit',
  },
  { name: 'SQLite: writes', has: (frame) => isSqlite(frame) && isNamed('run', 'change')(frame) },
  { name: 'SQLite: reads', has: (frame) => isSqlite(frame) && isNamed('get', 'all')(frame) },
  { name: 'records from and to text', has: inFile('/ledger/sqlite/rows.ts', 'parseDocument.ts') },
  { name: 'the ledger: transitions and queries', has: inFile('/shared/ledger/', '/shared/boskos/') },
  {
    name: "Firestore's client, gRPC and protobuf",
    has: inFile('/@google-cloud/firestore', '/@grpc/', '/protobufjs/', '/google-gax/'),
  },
  { name: "Pub/Sub's client", has: inFile('/@google-cloud/pubsub') },
  { name: 'topics: queue and events', has: inFile('/shared/topics/', '/p-queue/', '/cloudevents/') },
  { name: 'the engine, the matcher and the phases', has: inFile('/shared/mason/', '/functions/') },
  { name: 'schemas at the border', has: inFile('/zod/') },
  { name: 'log, clock, traces', has: inFile('/shared/runtime/') },
  { name: 'Node: sockets, HTTP, timers', has: inFile('node:') },
];
const REST = 'the rest';

/** @returns each area's share of the whole time, the largest first */
export function sharesOf(stacks: readonly Stack[]): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  for (const { frames, us } of stacks) {
    const area = areaOf(frames);
    times.set(area, (times.get(area) ?? 0) + us);
  }
  const total = [...times.values()].reduce((sum, us) => sum + us, 0);
  return [...times].map(([area, us]) => [area, us / total] as const).sort((a, b) => b[1] - a[1]);
}

function areaOf(frames: readonly Frame[]): string {
  for (const [at, frame] of frames.entries()) {
    const area = AREAS.find(({ has }) => has(frame, frames[at + 1]));
    if (area !== undefined) return area.name;
  }
  return REST;
}
