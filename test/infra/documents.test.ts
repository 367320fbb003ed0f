import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { infra } from './terraform.ts';

const read = (file: string): string => readFileSync(join(infra, file), 'utf8');
const readme = read('README.md');

/** In the order of the table. */
const VARIABLES = [
  'variables.tf',
  'variables.functions.tf',
  'variables.boskos.tf',
  'variables.operations.tf',
];

interface Block {
  readonly name: string;
  readonly body: string;
}

/** The blocks of one kind, as terraform fmt writes them. */
const blocks = (file: string, kind: string): readonly Block[] =>
  [...read(file).matchAll(new RegExp(`^${kind} "(\\w+)" \\{\\n(.*?)^\\}`, 'gms'))].map(
    ([, name = '', body = '']) => ({ name, body }),
  );

const attribute = ({ body }: Block, name: string): string | undefined =>
  new RegExp(`^  ${name} += (.*)$`, 'm').exec(body)?.[1];

const descriptionOf = (block: Block): string => JSON.parse(attribute(block, 'description') ?? '""') as string;

/** The rows of the table below a heading: cells without the space round them. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('| '));
  // A bar inside a cell is written with a backslash.
  return rows.slice(2).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

describe('infra/README.md', () => {
  test('lists each variable with its default and its description', () => {
    const variables = VARIABLES.flatMap((file) => blocks(file, 'variable')).map((block) => {
      const fallback = attribute(block, 'default');
      return [
        `\`${block.name}\``,
        fallback === undefined ? 'required' : `\`${fallback}\``,
        descriptionOf(block),
      ];
    });
    expect(rowsBelow('Variables')).toEqual(variables);
  });

  test('lists each output with its description', () => {
    const outputs = blocks('outputs.tf', 'output').map((block) => [
      `\`${block.name}\``,
      descriptionOf(block),
    ]);
    expect(rowsBelow('Outputs')).toEqual(outputs);
  });

  test('has a section for each alert, and none for what is no alert', () => {
    const source = read('modules/alerts/main.tf');
    const [, thresholds = ''] = source.split('thresholds = {\n');
    const [own = ''] = thresholds.split(/^ {2}\}$/m);
    const keys = [...own.matchAll(/^ {4}([a-z-]+) = \{$/gm)].map(([, key]) => key);
    const [, runbook = ''] = readme.split('\n## Runbook\n');
    const [sections = ''] = runbook.split('\n## ');
    const headings = [...sections.matchAll(/^### (\S+)$/gm)].map(([, heading]) => heading);
    expect(keys.length).toBeGreaterThan(3);
    expect(headings.sort()).toEqual([...keys, 'sync-stopped'].sort());
  });

  test('grants are only made where its table of who may do what has a row', () => {
    const files = [
      'main.tf',
      'iam.tf',
      'storage.tf',
      ...['function', 'http', 'ledger', 'phase'].map((name) => `modules/${name}/main.tf`),
    ];
    const granted = files.flatMap((file) =>
      [...read(file).matchAll(/"(roles\/[\w.]+)"/g)].map(([, role]) => `\`${role}\``),
    );
    const told = rowsBelow('Who may do what').map(([, role = '']) => role.replace(/ .*/, ''));
    expect([...new Set(told.filter((role) => role.startsWith('`roles/')))].sort()).toEqual(
      [...new Set(granted)].sort(),
    );
  });
});
