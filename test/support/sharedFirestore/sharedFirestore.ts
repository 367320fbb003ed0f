/** The environment variable with the URL of what setUp.ts serves. */
export const ADDRESS = 'MASON_TEST_FIRESTORE';

/**
 * The Firestore emulator that all suites of a run share, and jest's globalTeardown ends. A project whose name nobody else
 * has is as good as an emulator of one's own.
 *
 * @returns its `host:port`
 * @throws Error with its output, if it did not start
 */
export async function sharedFirestore(): Promise<string> {
  const response = await fetch(process.env[ADDRESS] ?? '');
  const answer = await response.text();
  if (!response.ok) throw new Error(`no Firestore emulator: ${answer}`);
  return answer;
}
