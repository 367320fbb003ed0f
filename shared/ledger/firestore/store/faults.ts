import { MasonError } from '../../../errors.ts';

/**
 * conflict: a document is not as it was read, and nothing was written; unsettled: it may have been written, or may yet
 * be; permanent: it was not, and will never be.
 */
export type FaultKind = 'conflict' | 'unsettled' | 'permanent';

/** gRPC's status codes (https://grpc.io/docs/guides/status-codes/). */
const CODES: Readonly<Record<number, readonly [name: string, kind: FaultKind]>> = {
  1: ['CANCELLED', 'unsettled'],
  2: ['UNKNOWN', 'unsettled'],
  3: ['INVALID_ARGUMENT', 'permanent'],
  4: ['DEADLINE_EXCEEDED', 'unsettled'],
  5: ['NOT_FOUND', 'conflict'],
  6: ['ALREADY_EXISTS', 'conflict'],
  7: ['PERMISSION_DENIED', 'permanent'],
  8: ['RESOURCE_EXHAUSTED', 'unsettled'],
  9: ['FAILED_PRECONDITION', 'conflict'],
  10: ['ABORTED', 'conflict'],
  11: ['OUT_OF_RANGE', 'permanent'],
  12: ['UNIMPLEMENTED', 'permanent'],
  13: ['INTERNAL', 'unsettled'],
  14: ['UNAVAILABLE', 'unsettled'],
  15: ['DATA_LOSS', 'permanent'],
  16: ['UNAUTHENTICATED', 'permanent'],
};

const ADVICE: Readonly<Record<number, string>> = {
  5: ' Does the database exist? Terraform makes it.',
  7: ' The service account needs the role roles/datastore.user.',
  9: ' If it asks for an index: Terraform makes them.',
  16: ' The process has no credentials of a service account.',
};

/** What an error of a commit says about whether it was applied. */
export function kindOf(error: unknown): FaultKind {
  return CODES[codeOf(error) ?? 2]?.[1] ?? 'unsettled';
}

/** @param doing what could not be done, for the message */
export function unavailable(error: unknown, doing: string): MasonError {
  const code = codeOf(error);
  const name = code === null ? '' : ` (${CODES[code]?.[0] ?? code})`;
  const reason = error instanceof Error ? error.message : String(error);
  const advice = code === null ? '' : (ADVICE[code] ?? '');
  return new MasonError('LEDGER_UNAVAILABLE', `Firestore could not ${doing}${name}: ${reason}.${advice}`, {
    cause: error,
  });
}

/** By its shape: where tests run in a realm of their own, errors are no instances of their Error. */
function codeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'number' ? error.code : null;
}
