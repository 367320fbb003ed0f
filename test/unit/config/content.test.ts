import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Document, Scalar } from 'yaml';
import * as z from 'zod';
import { readContent } from '../../../shared/config/content.ts';
import { duration } from '../../../shared/config/duration.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import { positionsIn } from '../../../shared/config/yaml/positions.ts';
import { positionsInScalar } from '../../../shared/config/yaml/positionsInScalar.ts';
import { readYaml } from '../../../shared/config/yaml/readYaml.ts';
import { childOf } from '../../../shared/config/yaml/tree.ts';
import { faultsOf, known, yaml } from './known.ts';

/** A config whose content begins in line 7, and the faults of it alone. */
function faultsIn(content: string): string[] {
  return faultsOf(`resources:
- type: a
  state: dirty
  max-count: 1
  config:
    type: Command
    content: ${content}
`);
}

describe('A fault inside a content is placed in the file', () => {
  test('in a block', () => {
    expect(faultsIn('|\n      run: [x]\n\n      timeout: 5\n      env: {A: 1}')).toEqual([
      '10:16: error: timeout is the number 5, not a text. Write a duration in units of h, m, s or ms, like timeout: 90s',
      '11:16: error: A is the number 1, not a text. Put it in quotes: "1"',
    ]);
  });

  test('in a block with its indentation said, a comment and no last line end', () => {
    expect(faultsIn('|2- # settings\n         run: [x]\n         timout: 5m')).toEqual([
      '9:10: error: timout is not a key of content. Did you mean timeout?',
    ]);
  });

  test('in a folded block', () => {
    expect(faultsIn('>\n      {run: [x],\n      env: {A:\n      1}}')).toEqual([
      '10:7: error: A is the number 1, not a text. Put it in quotes: "1"',
    ]);
  });

  test('in single quotes over several lines', () => {
    expect(faultsIn("'{run: [''it''''s''],\n\n      timeout: 5}'")).toEqual([
      '9:16: error: timeout is the number 5, not a text. Write a duration in units of h, m, s or ms, like timeout: 90s',
    ]);
  });

  test('in double quotes with escapes', () => {
    expect(faultsIn(String.raw`"run: [\"\x41\u0042\U0001F600\t\"]\n\ttimeout: 5"`)).toEqual([
      '7:51: error: this is not YAML: a tab is used as indentation. Indent with spaces',
    ]);
    expect(faultsIn(String.raw`"run: [\"\x41\u0042\U0001F600\t\"]\ntimeout: 5"`)).toEqual([
      expect.stringMatching(/^7:59: error: timeout is the number 5/),
    ]);
  });

  test('in double quotes over several lines', () => {
    expect(faultsIn('"run: [x]\\n\\\n      timeout: 5"')).toEqual([
      expect.stringMatching(/^8:16: error: timeout is the number 5/),
    ]);
  });

  test('in a plain text over several lines', () => {
    expect(faultsIn('run\n      time')).toEqual([
      '7:14: error: content is the text "run time", not a mapping of keys to values. Write a mapping of keys to values',
    ]);
  });

  test('behind an alias, at its anchor', () => {
    const text = yaml`
      settings: &settings |
        run: x
      resources:
      - {type: a, state: dirty, max-count: 1, config: {type: Command, content: *settings}}
    `;
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^1:1: warning: settings is not a known key/),
      '2:8: error: run is the text "x", not a list. Write a program and its arguments, like run: ["make","cluster"]',
    ]);
  });

  test('with CRLF', () => {
    const text =
      'resources:\r\n- type: a\r\n  state: dirty\r\n  max-count: 1\r\n  config:\r\n    type: Command\r\n    content: |\r\n      run: [x]\r\n      x: 1\r\n';
    expect(faultsOf(text)).toEqual([
      '9:7: error: x is not a key of content. Delete it; what can stand here: run, env, timeout',
    ]);
  });

  test('if it is no YAML', () => {
    expect(faultsIn('|\n      run: [x]\n      \tenv: 1')).toEqual([
      '9:7: error: this is not YAML: a tab is used as indentation. Indent with spaces',
    ]);
    expect(faultsIn('|\n      run:\n      - "x')).toEqual([
      expect.stringMatching(/^9:9: error: this is not YAML: what opens here is never closed/),
    ]);
    expect(faultsIn('|\n      run: [x]\n      run: [y]')).toEqual([
      expect.stringMatching(/^9:7: error: run stands twice in one mapping, first in line 8/),
    ]);
    expect(faultsIn('|\n      run: [x]\n      ---\n      run: [y]')).toEqual([
      expect.stringMatching(/^10:7: error: a second YAML document begins here/),
    ]);
  });

  test('with its path', () => {
    const text =
      'resources:\n- {type: a, state: dirty, max-count: 1, config: {type: Command, content: "run: [x, []]"}}';
    const { faults } = readConfig({ text, file: 'f' }, known);
    expect(faults.map(({ path }) => path)).toEqual(['resources[0].config.content.run[1]']);
  });
});

describe('What a schema of others says', () => {
  const strange = z.object({
    word: z.enum(['a', 'b']).optional(),
    few: z.array(z.string()).max(1).optional(),
    big: z.number().min(10).max(20).multipleOf(5).optional(),
    or: z.union([z.number(), z.boolean()]).optional(),
    own: z
      .unknown()
      .refine((value) => value === undefined, { message: 'no luck', params: { cure: 'Try again' } })
      .optional(),
    fails: z
      .string()
      .transform(() => {
        throw new Error('a bug');
      })
      .optional(),
  });
  const strangeKnown = { ...known, masonables: new Map<string, z.ZodType>([['Strange', strange]]) };

  function faultsOfStrange(content: string): string[] {
    const text = `resources:\n- type: a\n  state: dirty\n  max-count: 1\n  config:\n    type: Strange\n    content: "${content}"\n`;
    const { faults } = readConfig({ text, file: 'f' }, strangeKnown);
    return faults.map(({ line, column, problem, cure }) => `${line}:${column}: ${problem}. ${cure}`);
  }

  test.each([
    ['word: c', '7:21: word is the text "c", which is none of a, b. Write another word'],
    ['few: [a, b]', '7:20: few is a list, which is too long. Write another few'],
    ['big: 5', '7:20: big is the number 5, which is too small. Write another big'],
    ['big: 25', '7:20: big is the number 25, which is too large. Write another big'],
    ['big: 12', '7:20: big is the number 12, not a multiple of 5. Write another big'],
    ['or: x', '7:19: or: Invalid input. Write another or'],
    ['own: 1', '7:20: own: no luck. Try again'],
    ['fails: a', '7:15: the check of this content broke: a bug. Mend the schema of the Masonable or cleaner'],
  ])('%s', (content, fault) => {
    expect(faultsOfStrange(content)).toContain(fault);
  });
});

describe('A content as its Masonable reads it', () => {
  test.each([
    ['itself', (text: z.ZodString) => text.meta({ asWritten: true })],
    ['under a default', (text: z.ZodString) => text.meta({ asWritten: true }).prefault('1')],
    ['under a transform', (text: z.ZodString) => text.meta({ asWritten: true }).transform((read) => read)],
    ['under a lazy one', (text: z.ZodString) => z.lazy(() => text.meta({ asWritten: true }))],
  ])('keeps a number as written where the schema says so, %s', (_, version) => {
    const read = readContent('version: 1.30\n', z.strictObject({ version: version(z.string()) }));
    expect(read).toEqual({ content: { version: '1.30' } });
  });

  test('keeps a number as written for a cleaner, too, as far as it', () => {
    const settings = z.strictObject({ version: z.string().meta({ asWritten: true }), count: z.number() });
    const cleaners = new Map<string, z.ZodType>([['Versioned', settings]]);
    const janitor = 'janitor: {type: Versioned, version: 1.30, count: 1.30}';
    const text = `resources:\n- type: a\n  max-count: 1\n  mason:\n    ${janitor}\n`;
    const { config, faults } = readConfig({ text, file: 'f' }, { ...known, cleaners });
    expect(faults).toEqual([]);
    expect(config?.resources[0]?.mason.janitor).toEqual({ type: 'Versioned', version: '1.30', count: 1.3 });
  });

  const schema = z.strictObject({ timeout: duration.prefault('1m'), on: z.boolean().optional() });

  test('satisfies its schema', () => {
    expect(readContent('timeout: 5m\non: yes\n', schema)).toEqual({
      content: { timeout: 300_000, on: true },
    });
  });

  test('is an empty mapping if it is empty', () => {
    expect(readContent('', schema)).toEqual({ content: { timeout: 60_000 } });
    expect(readContent('# nothing\n', schema)).toEqual({ content: { timeout: 60_000 } });
  });

  test('or says what is wrong', () => {
    expect(readContent('\ntimeout: 5\n', schema)).toEqual({
      problem:
        '2:10: timeout is the number 5, not a text. Write a duration in units of h, m, s or ms, like timeout: 90s',
    });
    expect(readContent('{', schema)).toEqual({ problem: expect.stringMatching(/^1:1: this is not YAML/) });
  });
});

describe('Each character of a text in YAML is found in it', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...Array.from('ab:-#\'"{}[],&*\\ '), '\n', '\n\n', '  ', '\t', '\u{1f600}'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 60,
  });
  const style = fc.constantFrom(
    Scalar.PLAIN,
    Scalar.QUOTE_SINGLE,
    Scalar.QUOTE_DOUBLE,
    Scalar.BLOCK_LITERAL,
    Scalar.BLOCK_FOLDED,
  );

  test('in every style, folded at any width', () => {
    fc.assert(
      fc.property(text, style, fc.constantFrom(0, 20, 40), (value, type, lineWidth) => {
        const scalar = new Scalar(value);
        scalar.type = type;
        const file = new Document({ a: { b: scalar } }).toString({ lineWidth, minContentWidth: 0 });
        checkEach(file);
      }),
      { numRuns: 2_000 },
    );
  });

  function checkEach(file: string): void {
    const { tree } = readYaml(file, positionsIn(file));
    const scalar = childOf(childOf(tree, 'a'), 'b');
    if (scalar?.kind !== 'scalar') return;
    const locate = positionsInScalar({ text: file, scalar, locate: positionsIn(file) });
    const lines = file.split('\n');
    for (let index = 0; index <= scalar.text.length; index++) {
      const { line, column } = locate(index);
      const wanted = scalar.text.slice(index, index + 1);
      const rest = lines[line - 1]?.slice(column - 1) ?? '';
      if (wanted.trim() === '') expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
      else if (!rest.startsWith('\\') && scalar.style !== 'double') expect(rest.slice(0, 1)).toBe(wanted);
      else if (!rest.startsWith('\\')) expect([wanted, '']).toContain(rest.slice(0, 1));
    }
  }
});
