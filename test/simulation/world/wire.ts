import type { Answer, BoskosClient, LentResource } from '../../../shared/boskos/http/client/client.ts';
import { BoskosFault } from '../../../shared/boskos/http/client/fault.ts';
import type { OriginalRanch, OriginalResource, Refusal } from '../../support/originalBoskosRanch.ts';
import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';

/** Milliseconds after which the client gives a call up (openBoskosClient's default). */
const DEADLINE_MS = 10_000;
/** Milliseconds after which a call that was sent can't arrive any more: below what `recover` waits for. */
const LONGEST_TRAVEL_MS = 25_000;

/** The wire between an instance and the original's server (a strict model): each call meets its fate on the stage. */
export function wireClient(stage: Stage, ranch: OriginalRanch, instance: Instance): BoskosClient {
  const call = async <Result>(name: string, asked: unknown, apply: () => Result): Promise<Result> =>
    (await stage.traffic.pass({
      name: `boskos.${name}`,
      args: [asked],
      instance,
      isSentOnce: name.startsWith('acquire'),
      limits: { answerMs: DEADLINE_MS, arrivalMs: LONGEST_TRAVEL_MS },
      apply: async () => apply(),
      fault: (sent) => new BoskosFault('BOSKOS_UNAVAILABLE', 'no answer', { sent }),
    })) as Result;
  return {
    acquire: (asked) => call('acquire', asked, () => lent(ranch.acquire(asked.type, asked.state, asked))),
    acquireByState: (asked) =>
      call('acquireByState', asked, () => {
        const taken = ranch.acquireByState(new Set([asked.name]), asked.state, asked);
        return Array.isArray(taken) ? lent(taken[0]) : null;
      }),
    release: (asked) => call('release', asked, () => answered(ranch.release(asked.name, asked))),
    update: (asked) =>
      call('update', asked, () => answered(ranch.update(asked.name, asked, asked.userData ?? {}))),
    metric: (type) =>
      call('metric', type, () => {
        const found = ranch.all().filter((resource) => resource.type === type);
        return found.length === 0 ? null : { current: counts(found, 'state'), owner: counts(found, 'owner') };
      }),
    // The original has no such call.
    held: (owner) => call('held', owner, () => null),
  };
}

const lent = (found: OriginalResource | Refusal | undefined): LentResource | null =>
  found === undefined || 'kind' in found ? null : found;

function answered(result: OriginalResource | Refusal): Answer {
  if (!('kind' in result)) return 'done';
  return result.kind === 'unknownType' ? 'notFound' : result.kind;
}

const counts = (found: readonly OriginalResource[], key: 'state' | 'owner'): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(found, (one) => one[key])].map(([value, alike]) => [value, alike.length]),
  );
