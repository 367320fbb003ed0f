import { Firestore, type Transaction } from '@google-cloud/firestore';

import { POOL, race, type Measured, type Stage } from './stage.ts';

/**
 * What comes to mind first: a transaction reads the oldest free resource and takes it. All read the same one, so all but
 * one of them wait for a lock and begin again.
 *
 * @param seconds after which it is stopped
 */
export async function claimByTransaction(stage: Stage, claimers: number, seconds: number): Promise<Measured> {
  const firestore = new Firestore({ projectId: stage.projectId, host: stage.host, ssl: false });
  const free = firestore
    .collection('resources')
    .where('type', '==', POOL)
    .where('state', '==', 'free')
    .where('owner', '==', '')
    .orderBy('lastUpdate')
    .limit(1);
  let attempts = 0;
  let isOver = false;
  const take = async (transaction: Transaction, lane: number): Promise<string> => {
    if (isOver) return '';
    attempts += 1;
    const [found] = (await transaction.get(free)).docs;
    if (found === undefined) return '';
    transaction.update(found.ref, { state: 'busy', owner: `lane-${lane}` });
    return found.id;
  };
  const claim = async (lane: number): Promise<readonly string[]> => {
    try {
      const name = await firestore.runTransaction((transaction) => take(transaction, lane));
      return isOver || name === '' ? [] : [name];
    } catch {
      // The client gives up after five attempts: no claim.
      return [];
    }
  };
  const names: string[] = [];
  const over = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    isOver = true;
    over.resolve(undefined);
  }, seconds * 1_000);
  const start = performance.now();
  const raced = race(claimers, async (lane) => {
    while (!isOver) names.push(...(await claim(lane)));
    return [];
  });
  await Promise.race([raced, over.promise]);
  clearTimeout(timer);
  const counted = { claims: names.length, seconds: (performance.now() - start) / 1_000, attempts };
  await raced;
  await firestore.terminate();
  return { ...counted, names };
}
