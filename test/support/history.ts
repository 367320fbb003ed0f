/**
 * One call of one client for one resource, as the client saw it. `start` and `end` are ticks of the history's own counter: all
 * clients of a test live in one process, so it orders what did not overlap.
 */
interface Call {
  /** Who called; as owner of the resource he is the same. */
  readonly process: string;
  readonly resource: string;
  readonly start: number;
  readonly end: number;
}

/** unknown: the reply was lost, so it may have happened at any time after its start, or never. */
export type Operation =
  | (Call & { readonly op: 'acquire'; readonly outcome: 'ok' | 'unknown' })
  | (Call & { readonly op: 'release'; readonly outcome: 'ok' | 'refused' | 'unknown' });

/** What is known of a call before its answer. */
export interface Begun {
  readonly process: string;
  readonly start: number;
}

export interface History {
  begin(process: string): Begun;
  /** The call that was begun has got this. */
  acquired(begun: Begun, resource: string): void;
  /** @param outcome what the server answered to the release; unknown: nothing */
  released(begun: Begun, resource: string, outcome: 'ok' | 'refused' | 'unknown'): void;
  readonly operations: readonly Operation[];
}

export function openHistory(): History {
  let tick = 0;
  const operations: Operation[] = [];
  const next = (): number => {
    tick += 1;
    return tick;
  };
  return {
    operations,
    begin: (process) => ({ process, start: next() }),
    acquired(begun, resource) {
      operations.push({ ...begun, op: 'acquire', resource, end: next(), outcome: 'ok' });
    },
    released(begun, resource, outcome) {
      operations.push({ ...begun, op: 'release', resource, end: next(), outcome });
    },
  };
}
