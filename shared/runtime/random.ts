import { randomUUID } from 'node:crypto';

export interface Random {
  /** In [0, 1). */
  number(): number;
  /** A UUID v4. */
  uuid(): string;
}

export const systemRandom: Random = { number: () => Math.random(), uuid: () => randomUUID() };
