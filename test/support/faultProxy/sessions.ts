import type { Http2Session } from 'node:http2';

/** Node refuses streams of a session beyond 10 MB of what waits to be read; a test's big batches do wait. */
export const MAX_SESSION_MEMORY_MB = 256;

/** Ends the session with all its streams; resolves when nothing of it is left. */
export function closed(session: Http2Session): Promise<void> {
  return new Promise((resolve) => {
    session.once('close', () => resolve());
    session.destroy();
  });
}
