import type { Task } from '../records.ts';

/** A message to publish: this resource is due for this task of this cycle. */
export interface Wake {
  readonly task: Task;
  readonly type: string;
  readonly name: string;
  readonly cycle: number;
}
