import { MasonError } from '../errors.ts';
import type { Touched } from './wire/wire.ts';

/** Why a resource is not the caller's. */
export function lost(
  { name, owner }: { readonly name: string; readonly owner: string },
  touched: Exclude<Touched, { readonly kind: 'done' }>,
): MasonError {
  switch (touched.kind) {
    case 'notFound':
      return new MasonError('NOT_FOUND', `there is no resource ${JSON.stringify(name)}`);
    case 'otherState':
      return new MasonError('LEASE_LOST', `${name} is in another state than ${owner} gave it`);
    case 'notOurs': {
      const whose = touched.owner === '' ? 'nobody holds it' : `it is held by ${touched.owner}`;
      return new MasonError('LEASE_LOST', `${name} is not held by ${owner}: ${whose}`);
    }
  }
}
