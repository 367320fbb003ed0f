import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatFault } from '../../../shared/config/fault.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import { faultsOf, goodConfig, known } from './known.ts';

const cases = readFileSync(new URL('faults.txt', import.meta.url), 'utf8');

describe.each(sectionsOf(cases))('%s', (section, rows) => {
  test.each(rows)('%s', (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
    const { config } = readConfig({ text, file: 'f' }, known);
    if (section === 'What is only warned of') expect(config).not.toBeNull();
    else expect(config).toBeNull();
  });
});

type Row = [name: string, text: string, faults: string[]];

function sectionsOf(text: string): [section: string, rows: Row[]][] {
  const [, ...sections] = text.split(/^##### /m);
  return sections.map((section) => {
    const [title = '', ...rows] = section.split(/\n+=== /);
    return [title, rows.map(readRow)];
  });
}

function readRow(row: string): Row {
  const [, name = '', text = '', faults = ''] = /^(.*)\n([^]*?\n)>>>\n([^]*)$/.exec(row) ?? [];
  return [name, text, faults.trim().split('\n')];
}

describe('What no editor shows', () => {
  test.each<Row>([
    [
      'an empty file',
      '',
      [
        '1:1: error: the file is empty. Write resources: and below it a list, like - {type: gce-project, names: [project-1]}',
      ],
    ],
    [
      'a control character',
      'resources:\n- type: a\x07\n',
      [
        '2:10: error: the character U+0007 may not stand in YAML. Delete it, or write it as an escape in double quotes',
      ],
    ],
    [
      'a carriage return that ends no line',
      'resources:\n- type: a\r  names: [x]\n',
      ['2:10: error: the character U+000D may not stand in YAML. End lines with a line feed'],
    ],
    [
      'half a surrogate pair',
      'resources:\n- type: \ud800\n',
      [
        '2:9: error: the character U+D800 may not stand in YAML. Delete it, or write it as an escape in double quotes',
      ],
    ],
  ])('%s', (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test('a byte order mark and CRLF shift nothing', () => {
    const text = '\ufeffresources:\r\n- type: a\r\n  names: [x]\r\n  min-count: 2\r\n';
    expect(faultsOf(text)).toEqual([
      '4:14: error: min-count stands beside names, which already say how many there are. Delete min-count, or the names',
    ]);
  });

  test('a character beyond 16 bits counts as two columns, as in editors', () => {
    expect(faultsOf('resources:\n- {type: "\u{1f600}", names: [X]}\n')).toEqual([
      expect.stringMatching(/^2:24: error: names\[0\] is the text "X"/),
    ]);
  });
});

describe('What is too much', () => {
  test('brackets without end', () => {
    const { config, faults } = readConfig({ text: '['.repeat(50_000), file: 'f' }, known);
    expect(config).toBeNull();
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      line: 1,
      problem: 'lists and mappings stand too deep in each other here',
    });
  });

  test('lists 101 deep', () => {
    const text = `resources:\n- type: a\n  names: ${'['.repeat(101)}${']'.repeat(101)}\n`;
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^3:11: error: names\[0\] is a list, not a text/),
      '3:108: error: lists and mappings stand more than 100 deep in each other. Flatten them',
    ]);
  });

  test('aliases of aliases of aliases, at once', () => {
    const list = (name: string, item: string) => `${name}: &${name} [${Array(10).fill(item).join(',')}]\n`;
    const laughs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index, names) =>
      list(name, index === 0 ? 'lol' : `*${names[index - 1]}`),
    );
    const errors = faultsOf(`${laughs.join('')}resources:\n- {type: t, names: [x]}\n`).filter((line) =>
      line.includes('error'),
    );
    expect(errors).toEqual([
      '5:29: error: the aliases of this file stand for more than 100000 values. Use fewer aliases of aliases',
    ]);
  });

  test('a name of 254 characters', () => {
    const name = 'x'.repeat(254);
    expect(faultsOf(`resources:\n- {type: a, names: [${name.slice(1)}, ${name}]}\n`)).toEqual([
      expect.stringMatching(/^2:276: error: names\[1\] is the text "x{60}…", which is too long/),
    ]);
  });
});

test('A fault is one line that terminals make a link of', () => {
  const { faults } = readConfig({ text: 'resources: 5', file: 'conf/a.yaml' }, known);
  expect(faults.map(formatFault)).toEqual([
    'conf/a.yaml:1:12: error: resources is the number 5, not a list. Write resources: and below it a list, like - {type: gce-project, names: [project-1]}',
  ]);
});

describe('On any text', () => {
  const { faults: none } = readConfig({ text: goodConfig, file: 'f' }, known);

  function checkAnswer(text: string): void {
    const { config, faults } = readConfig({ text, file: 'f' }, known);
    const lines = text.replace(/^\ufeff/, '').split('\n');
    const places = faults.map(({ line, column, problem }) => [line, column, problem].join(' '));
    expect(new Set(places).size).toBe(faults.length);
    expect(faults.some(({ severity }) => severity === 'error')).toBe(config === null);
    let before = { line: 1, column: 1 };
    for (const { line, column, problem, cure } of faults) {
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
      expect(line > before.line || (line === before.line && column >= before.column)).toBe(true);
      expect(`${problem}${cure}`).not.toMatch(/undefined|\[object|\bNaN\b|\n/);
      before = { line, column };
    }
  }

  test('the good config is good', () => {
    expect(none).toEqual([]);
  });

  test('it never throws, and says what is wrong inside the file', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          ...Array.from('ab12:-,&*?|>!%@`"\'#{}[]<~.\n\r\t   '),
          '- ',
          ': ',
          '\n  ',
          'resources',
          'type',
        ),
      }),
    );
    fc.assert(fc.property(text, checkAnswer), { numRuns: 1_000 });
  });

  test('nor on any change of a good config', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom(
        ...Array.from('\n\t :-[]{}"\'|>&*!#~'),
        '\n  ',
        '\n- ',
        'null',
        '0',
        '1.5',
        '*x',
        '&x ',
        '<<: ',
        '\n---\n',
        ': ',
      ),
      fc
        .nat(goodConfig.length)
        .chain((from) => fc.nat(40).map((length) => goodConfig.slice(from, from + length))),
    );
    const change = fc.record({ at: fc.nat(goodConfig.length), length: fc.nat(30), piece });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        checkAnswer(
          changes.reduce(
            (text, { at, length, piece: put }) => text.slice(0, at) + put + text.slice(at + length),
            goodConfig,
          ),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('nor on any values in the right places', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom(null, true, 0, 1, -1, 1.5, 1e30, '', 'a', 'free', '1h', 'x'.repeat(300), '__proto__'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('type', 'content', 'a', '__proto__', 'constructor', 'toString'),
          tie('value'),
        ),
      ),
    })).value;
    const entry = fc.dictionary(
      fc.constantFrom(
        'type',
        'state',
        'names',
        'min-count',
        'max-count',
        'lifespan',
        'needs',
        'config',
        'mason',
      ),
      value,
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (resources) =>
        checkAnswer(JSON.stringify({ resources })),
      ),
      { numRuns: 1_000 },
    );
  });
});
