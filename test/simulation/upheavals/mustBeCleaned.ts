import type {
  Acquired,
  AcquireRequest,
  Grant,
  Granted,
  RunAtOnce,
  Settled,
} from '../../../shared/ledger/port.ts';
import type { RanchWorld } from '../world/ranchWorld.ts';

/** As the worlds' configs name physical ones; dynamic ones get names that nobody had before. */
const PHYSICAL = /^(?:project|disk)-\d+$/;

/**
 * From now on a physical resource is free only if it was cleaned since, or a user says so: in what the ledger has forgotten
 * anybody may have used it.
 */
export function mustBeCleaned({ stage }: RanchWorld): void {
  const clean = new Set<string>();
  const given = (names: readonly string[], to: string): void => {
    for (const name of names)
      if (PHYSICAL.test(name) && !clean.has(name))
        stage.fail(`${name} was not cleaned since the restore, and is given to ${to}`);
  };
  const fulfilled = (settled: Settled): void => {
    if (settled.kind !== 'settled' || settled.record.work?.phase !== 'clean') return;
    given(
      settled.record.work.leases.map(({ name }) => name),
      settled.record.name,
    );
  };
  stage.observers.push(({ name: call, args }, result) => {
    switch (call) {
      case 'cleaner.clean':
        clean.add(String(args[0]));
        return;
      case 'users.release': {
        const { name, dest } = args[0] as { readonly name: string; readonly dest: string };
        if (dest === 'free') clean.add(name);
        return;
      }
      case 'users.reset':
        for (const name of Object.keys(result as object))
          if ((args[0] as { readonly dest: string }).dest === 'free') clean.add(name);
        return;
      case 'users.acquire': {
        const { state, owner } = args[0] as AcquireRequest;
        const answer = result as Acquired;
        if (state === 'free' && answer.kind === 'acquired') given([answer.resource.name], owner);
        return;
      }
      case 'queue.grantAll':
        (result as readonly Granted[]).forEach(({ kind }, index) => {
          const grant = (args[0] as readonly Grant[])[index];
          if (kind === 'granted' && grant !== undefined) given(grant.resources, grant.name);
        });
        return;
      case 'claims.settle':
        fulfilled(result as Settled);
        return;
      case 'claims.claimAndSettle': {
        const done = result as RunAtOnce;
        if (done.kind === 'settled') fulfilled(done.settled);
      }
    }
  });
}
