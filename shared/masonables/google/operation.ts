import * as z from 'zod';

import type { GoogleFault } from './fault.ts';
import { operationFault } from './readFault.ts';

/** What is read of an operation of the Container API v1 (Operation) and of the Compute API v1 (Operation). */
export const operationSchema = z.object({
  name: z.string(),
  status: z.string().default('PENDING'),
  statusMessage: z.string().default(''),
  error: z
    .union([
      // Compute's.
      z.object({
        errors: z.array(z.object({ code: z.string().default(''), message: z.string().default('') })).min(1),
      }),
      // Container's: a google.rpc.Status.
      z.object({ code: z.number().default(0), message: z.string().default('') }),
    ])
    .optional(),
});
export type Operation = z.infer<typeof operationSchema>;

/** How far an operation is. */
export interface Progress {
  readonly isDone: boolean;
  /** Why it failed; null while it hasn't. */
  readonly fault: GoogleFault | null;
}

/** @param what what the operation does: "create the cluster a in b" */
export function progressOf(what: string, { status, error, statusMessage }: Operation): Progress {
  const isDone = status === 'DONE' || status === 'ABORTING';
  if (error === undefined)
    return { isDone, fault: status === 'ABORTING' ? operationFault(what, status, statusMessage) : null };
  if (!('errors' in error)) return { isDone, fault: operationFault(what, '', error.message) };
  const [first] = error.errors;
  return { isDone, fault: operationFault(what, first?.code ?? '', first?.message ?? '') };
}
