import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';

import { cut, left, right, tame, tameLines, wrap } from '../../../shared/local/view/cells.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 }).map(tame);
const anyWidth = fc.integer({ min: 2, max: 40 });

const fits = (line: string, width: number): boolean => stringWidth(line) <= width;
/** One that is wider than the whole terminal stands alone in its line. */
const isOneCharacter = (line: string): boolean => [...new Intl.Segmenter().segment(line)].length === 1;

describe('texts in a terminal', () => {
  test('are cut with a sign of it', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('資源資源', 4)).toBe('資…');
    expect([cut('ab', 1), cut('ab', 0), cut('ab', -3)]).toEqual(['…', '', '']);
  });

  test('never pass their width, whatever they are made of', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        expect(stringWidth(cut(text, width))).toBeLessThanOrEqual(width);
        expect(stringWidth(left(text, width))).toBe(width);
        expect(stringWidth(right(text, width))).toBe(width);
      }),
    );
  });

  test('are wrapped between words, and words that are too long within', () => {
    expect(wrap('the quota is used up', 10)).toEqual(['the quota', 'is used up']);
    expect(wrap('an abcdefghij', 4)).toEqual(['an', 'abcd', 'efgh', 'ij']);
    expect(wrap('', 4)).toEqual(['']);
  });

  test('lose nothing by it', () => {
    fc.assert(
      fc.property(anyText, anyWidth, (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(fits(line, width) || isOneCharacter(line)).toBe(true);
      }),
      // One character that is wider than the line, and another behind it.
      { examples: [['\u{1D158}\u{1D165}\u{1D16E}!', 2]] },
    );
  });

  test('keep no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tame(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test('of several lines keep none but the ends of their lines', () => {
    expect(tameLines('a\r\n\tb\u001b[31m\n\nc\u009b2J\r\n')).toBe('a\n b\n\nc\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tameLines(text)).not.toMatch(/[^\P{Cc}\n]/u);
        expect(tameLines(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
