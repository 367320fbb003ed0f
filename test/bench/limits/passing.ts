import type { Ledger } from '../../../shared/ledger/port.ts';

/** One call on the ledger. */
export interface LedgerCall {
  /** `claims.claim clean`, `claims.settle freed`, `users.release`, …: what differs in what it reads and writes. */
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Sees each call on its way, and does it. */
type Pass = (call: LedgerCall, work: () => Promise<unknown>) => Promise<unknown>;

/** The same ledger, each call of which goes through `pass`. */
export function passing(ledger: Ledger, pass: Pass): Ledger {
  return {
    claims: passingPort('claims', ledger.claims, pass),
    pools: passingPort('pools', ledger.pools, pass),
    queue: passingPort('queue', ledger.queue, pass),
    users: passingPort('users', ledger.users, pass),
    configs: passingPort('configs', ledger.configs, pass),
    loans: passingPort('loans', ledger.loans, pass),
    holds: passingPort('holds', ledger.holds, pass),
    restores: passingPort('restores', ledger.restores, pass),
    views: passingPort('views', ledger.views, pass),
    samples: passingPort('samples', ledger.samples, pass),
    close: () => ledger.close(),
  };
}

function passingPort<Port extends object>(group: string, port: Port, pass: Pass): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const operation: unknown = Reflect.get(target, key);
      if (typeof operation !== 'function') return operation;
      return (...args: unknown[]) =>
        pass({ name: nameOf(`${group}.${String(key)}`, args), args }, async (): Promise<unknown> => {
          return Reflect.apply(operation, target, args);
        });
    },
  });
}

function nameOf(operation: string, [first, second]: readonly unknown[]): string {
  if (operation === 'claims.claim') return `${operation} ${wordOf(first, 'task')}`;
  if (operation === 'claims.settle' || operation === 'claims.claimAndSettle')
    return `${operation} ${wordOf(second, 'kind')}`;
  return operation;
}

const wordOf = (value: unknown, key: string): string =>
  typeof value === 'object' && value !== null ? String(Reflect.get(value, key)) : '';
