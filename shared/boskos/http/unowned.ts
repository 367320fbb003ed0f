import type { BoskosClient } from './client/client.ts';

/** How many of the type the server has in each state, and how many that nobody holds at most. */
export interface Unowned {
  /** States that somebody of the type is in. */
  readonly states: readonly string[];
  readonly count: (state: string) => number;
}

/** The metric tells states and owners apart: of those in a state, it doesn't say how many are owned. */
export async function unowned(client: Pick<BoskosClient, 'metric'>, type: string): Promise<Unowned> {
  const { current = {}, owner = {} } = (await client.metric(type)) ?? {};
  const nobodys = owner[''] ?? 0;
  return {
    states: Object.keys(current),
    count: (state) => Math.min(current[state] ?? 0, nobodys),
  };
}
