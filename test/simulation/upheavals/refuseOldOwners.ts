import type { Touched } from '../../../shared/ledger/port.ts';
import type { RanchWorld } from '../world/ranchWorld.ts';

/** From now on whoever holds nothing by what the ledger has promised since is told so: his release or update is refused. */
export function refuseOldOwners({ stage, truth }: RanchWorld): void {
  // Before the others, which forget who held it.
  stage.observers.unshift(({ name: call, args }, result) => {
    if (call !== 'users.update' && call !== 'users.release') return;
    const { name, owner } = args[0] as { readonly name: string; readonly owner: string };
    if ((result as Touched).kind === 'done' && truth.held.get(name)?.owner !== owner)
      stage.fail(`${name} was lost to ${owner} by the restore, and the ledger takes his word for it`);
  });
}
