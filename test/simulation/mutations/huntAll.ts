import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { Hunt } from './hunt.ts';
import type { HuntRow, HuntWork } from './huntWorker.ts';

/** Hunts all mechanisms, and prints their table. @returns the exit code: 1 if one that matters is not missed */
export async function huntAll(limits: Hunt): Promise<number> {
  const rows: HuntRow[] = [];
  const workers = availableParallelism();
  const report = (row: HuntRow): void => {
    rows.push(row);
    console.error(row.row);
  };
  await Promise.all(
    Array.from({ length: workers }, (_, index) => startWorker({ ...limits, index, workers }, report)),
  );
  console.log('| mechanism | Boskos | seeds | what breaks without it |\n| --- | --- | --- | --- |');
  for (const { row } of rows.sort((a, b) => a.index - b.index)) console.log(row);
  return rows.some(({ isMissed }) => isMissed) ? 1 : 0;
}

function startWorker(work: HuntWork, report: (row: HuntRow) => void): Promise<void> {
  const worker = new Worker(new URL('./huntWorker.ts', import.meta.url), { workerData: work });
  return new Promise((resolve, reject) => {
    worker.on('message', report);
    worker.once('error', reject);
    worker.once('exit', () => {
      resolve();
    });
  });
}
