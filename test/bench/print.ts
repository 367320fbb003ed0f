import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

import type { Bench, Cell, Table } from './bench.ts';

const OUTPUT = 'test-results/bench';

/** Runs one bench, prints its table, and writes it as JSON. */
export async function printBench(name: string, bench: Bench): Promise<void> {
  const result = await bench((what) => {
    console.error(`${name}: ${what}`);
  });
  console.log(`\n## ${name}`);
  for (const table of [result, ...(result.more ?? [])])
    console.log(`\n${table.title}\n\n${tableOf(table)}\n`);
  for (const { text, ok } of result.findings) console.log(`${ok ? 'ok  ' : 'MISS'} ${text}`);
  await mkdir(OUTPUT, { recursive: true });
  const machine = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
  };
  await writeFile(`${OUTPUT}/${name}.json`, `${JSON.stringify({ name, machine, ...result }, null, 2)}\n`);
}

export function tableOf({ columns, rows }: Table): string {
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(shown))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

const shown = (cell: Cell): string =>
  typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 2 }) : cell;
