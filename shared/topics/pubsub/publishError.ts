import { MasonError } from '../../errors.ts';

/** By gRPC's status codes, as far as somebody must do something about it. Whatever else it is may pass by itself. */
const CURES: ReadonlyMap<unknown, string> = new Map([
  [3, 'It refuses a message: 10 MB at most, and attributes of 256 and 1,024 bytes.'],
  [5, 'It does not exist: create it with Terraform (infra/).'],
  [7, 'This account may not publish to it: give it roles/pubsub.publisher with Terraform (infra/).'],
  [8, "The project's quota is used up: ask for more, or publish less."],
  [
    16,
    'There are no valid credentials here: run as a service account, or gcloud auth application-default login.',
  ],
]);
const MAY_PASS = 'Pub/Sub can not be reached, or is busy: that may pass by itself.';

/** @param topic its full name */
export function publishError(topic: string, cause: unknown): MasonError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return new MasonError(
    'TOPIC_UNAVAILABLE',
    `can not publish to ${topic}. ${CURES.get(code) ?? MAY_PASS} (${reason})`,
    { cause },
  );
}
