import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

import { format, resolveConfig } from 'prettier';

import type { Bench, Cell, Table } from './bench.ts';

const OUTPUT = 'test-results/bench';
/** Where a table stands between `<!-- bench NAME 1: begin -->` and `<!-- bench NAME 1: end -->`, its first being 1. */
const PAGES = ['README.md', 'test/bench/README.md', 'shared/ledger/firestore/LIMITS.md'];

/** Runs one bench, prints its tables, writes them as JSON, and into the pages that show them. */
export async function printBench(name: string, bench: Bench): Promise<void> {
  const result = await bench((what) => {
    console.error(`${name}: ${what}`);
  });
  const tables = [result, ...(result.more ?? [])];
  console.log(`\n## ${name}`);
  for (const table of tables) console.log(`\n${table.title}\n\n${tableOf(table)}\n`);
  for (const { text, ok } of result.findings) console.log(`${ok ? 'ok  ' : 'MISS'} ${text}`);
  await mkdir(OUTPUT, { recursive: true });
  const machine = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
  };
  await writeFile(`${OUTPUT}/${name}.json`, `${JSON.stringify({ name, machine, ...result }, null, 2)}\n`);
  for (const page of PAGES) await writeToPage(page, name, tables);
}

async function writeToPage(page: string, name: string, tables: readonly Table[]): Promise<void> {
  const before = await readFile(page, 'utf8');
  let text = before;
  for (const [index, table] of tables.entries()) {
    const place = `bench ${name} ${index + 1}:`;
    const between = new RegExp(`(<!-- ${place} begin -->\n)[^]*(<!-- ${place} end -->)`);
    text = text.replace(between, (_, begin: string, end: string) => `${begin}\n${tableOf(table)}\n\n${end}`);
  }
  if (text !== before)
    await writeFile(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
}

function tableOf({ columns, rows }: Table): string {
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(shown))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

const shown = (cell: Cell): string =>
  typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 2 }) : cell;
