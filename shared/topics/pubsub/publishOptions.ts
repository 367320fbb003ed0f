import type { PublishOptions } from '@google-cloud/pubsub';

/** What Pub/Sub takes in one request: 1,000 messages and 10 MB, of which base64 and names need their part. */
const BATCHING = {
  maxMessages: 1_000,
  maxBytes: 6 * 1024 ** 2,
  // What is published in one turn of the event loop goes together; nothing waits for what may follow.
  maxMilliseconds: 0,
};

/**
 * The client gives up a little before the deadline, since it knows what went wrong; the deadline is for what comes before
 * a request, such as credentials.
 */
const CLIENTS_SHARE = 0.9;

/** A request on a connection that died while the instance was frozen is never answered: others must have time left. */
const ATTEMPTS = 4;

/** @param deadlineMs milliseconds for a message with all attempts; the client's own are 600 s, and 60 s an attempt */
export function publishOptions(deadlineMs: number): PublishOptions {
  const totalTimeoutMillis = deadlineMs * CLIENTS_SHARE;
  const attemptMs = totalTimeoutMillis / ATTEMPTS;
  const backoffSettings = {
    initialRetryDelayMillis: 100,
    retryDelayMultiplier: 2,
    maxRetryDelayMillis: attemptMs,
    initialRpcTimeoutMillis: attemptMs,
    rpcTimeoutMultiplier: 1,
    maxRpcTimeoutMillis: attemptMs,
    totalTimeoutMillis,
  };
  return { batching: BATCHING, gaxOpts: { isBundling: false, retry: { backoffSettings } } };
}
