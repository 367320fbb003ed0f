import type { BenchResult, Cell, Table } from '../bench.ts';
import type { Counted } from './counted.ts';
import { risingEntries } from './indexEntries.ts';
import type { DocumentWrite } from './recorder.ts';

/** In one place of an index, a second (https://cloud.google.com/firestore/docs/best-practices#index_exemptions). */
const ENTRIES_A_SECOND = 500;
/**
 * Of one document, a second, if it goes on. Google's page names no number any more, its older one did; what is possible
 * depends on the indexes and on who comes at the same time
 * (https://firebase.google.com/docs/firestore/best-practices#updates_to_a_single_document).
 */
const WRITES_A_SECOND = 1;

/** What is written to the busiest document of a kind, or the busiest place of an index, in one cycle of any member. */
interface Load {
  readonly what: string;
  readonly perCycle: number;
  readonly limit: number;
}

/** What is written where in one cycle, and how many cycles a second there could be by that. */
export function countedTables(counted: ReadonlyMap<string, Counted>): readonly [Table, Table] {
  const loads = new Map([...counted].map(([name, run]) => [name, loadsOf(run)]));
  const whats = [...new Set([...loads.values()].flatMap((all) => all.map(({ what }) => what)))].sort();
  const lineOf = (what: string, cell: (load: Load) => Cell): readonly Cell[] => [
    what,
    ...[...loads.values()].map((all) => {
      const load = all.find((one) => one.what === what);
      return load === undefined ? '' : cell(load);
    }),
  ];
  const own = [...counted.values()].map(ownWrites);
  return [
    {
      title:
        'Written in one cycle on the emulator: to the busiest document, and to the busiest place of an index on a time that rises.',
      columns: ['written a cycle', ...counted.keys()],
      rows: [
        ["the virtual resource's own document", ...own.map(({ virtual }) => virtual)],
        ['the document of the physical resource that it needs', ...own.map(({ physical }) => physical)],
        ...whats.map((what) => lineOf(what, ({ perCycle }) => perCycle)),
      ],
    },
    {
      title: `Cycles a second at which that makes ${WRITES_A_SECOND} write a second to a document, or ${ENTRIES_A_SECOND} to one place of an index.`,
      columns: ['cycles a second', ...counted.keys()],
      rows: whats.map((what) => lineOf(what, ({ perCycle, limit }) => limit / perCycle)),
    },
  ];
}

/** Which of the limits comes first. */
export function findBinding(counted: ReadonlyMap<string, Counted>): BenchResult['findings'] {
  return [...counted].map(([name, run]) => {
    const [first] = [...loadsOf(run)].sort((a, b) => a.limit / a.perCycle - b.limit / b.perCycle);
    const rate = first === undefined ? Number.NaN : first.limit / first.perCycle;
    return { text: `${name}: ${first?.what ?? ''} binds, at ${rate.toFixed(1)} cycles a second`, ok: true };
  });
}

function loadsOf(run: Counted): readonly Load[] {
  const writes = writesOf(run);
  const documents = busiest(
    writes.filter(isShared).map(({ path, collection }) => ({ group: collection, place: path })),
  );
  const places = busiest(writes.flatMap(risingEntries).map(({ index, place }) => ({ group: index, place })));
  return [
    ...[...documents].map(([what, most]) => ({
      what: `a document of ${what}`,
      perCycle: most / run.cycles,
      limit: WRITES_A_SECOND,
    })),
    ...[...places].map(([what, most]) => ({ what, perCycle: most / run.cycles, limit: ENTRIES_A_SECOND })),
  ];
}

const writesOf = ({ operations }: Counted): readonly DocumentWrite[] =>
  operations.flatMap(({ written }) => written);

/** Samples are written once a minute, whatever the members do. */
const isShared = ({ collection }: DocumentWrite): boolean => !['resources', 'samples'].includes(collection);

/** @returns group → how often its most frequent place comes */
function busiest(places: readonly { group: string; place: string }[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(places, ({ group }) => group);
  return new Map(
    [...groups].map(([group, all]) => {
      const counts = [...Map.groupBy(all, ({ place }) => place).values()].map(({ length }) => length);
      return [group, Math.max(...counts)];
    }),
  );
}

function ownWrites(run: Counted): { readonly virtual: number; readonly physical: number } {
  const own = writesOf(run).filter(({ collection }) => collection === 'resources');
  const of = (prefix: string): number =>
    own.filter(({ after }) => String(after?.['type']).startsWith(prefix)).length / run.cycles;
  return { virtual: of('cluster-'), physical: of('project-') };
}
