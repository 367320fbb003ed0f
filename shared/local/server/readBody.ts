import type { IncomingMessage } from 'node:http';

import { errorAnswer, type Answer } from './answer.ts';

/** The largest order has a whole config in it. */
export const LARGEST_BODY = 4 * 1_048_576;

/** The JSON of a request's body, or how it is refused. */
export async function readBody(request: IncomingMessage): Promise<{ body: unknown } | { refusal: Answer }> {
  if (!/^application\/json(\s*;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { refusal: errorAnswer(415, 'UNSUPPORTED_MEDIA_TYPE', 'send Content-Type: application/json') };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on to its end, or the sender would find a broken connection instead of the answer.
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) return { refusal: TOO_LARGE };
  try {
    return { body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
  } catch {
    return { refusal: errorAnswer(400, 'MESSAGE_INVALID', 'the body is no JSON') };
  }
}

const TOO_LARGE = errorAnswer(413, 'TOO_LARGE', `the body is larger than ${LARGEST_BODY / 1_048_576} MiB`);
