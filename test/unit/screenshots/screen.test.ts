import { describe, expect, test } from '@jest/globals';

import { createScreen } from '../../screenshots/terminal/screen.ts';

const ESCAPE = '\u001B';
/** What stands on the lines of a small terminal. */
function shown(...written: string[]): string[] {
  const screen = createScreen({ columns: 10, rows: 4 });
  for (const text of written) screen.write(text.replaceAll('ESC', ESCAPE));
  return screen.lines().map((runs) => runs.map(({ text }) => text).join(''));
}

describe('what a terminal shows', () => {
  test.each<[what: string, written: string, lines: string[]]>([
    ['lines', 'one\r\ntwo\r\n', ['one', 'two']],
    ['a line that is written over', 'one\rtw', ['twe']],
    ['a line that goes on below', 'abcdefghijkl', ['abcdefghij', 'kl']],
    ['a full line, with no empty one below it', 'abcdefghij\r\nk', ['abcdefghij', 'k']],
    ['the last lines of many', '1\r\n2\r\n3\r\n4\r\n5\r\n6', ['3', '4', '5', '6']],
    ['nothing where a line was erased', 'one\r\ntwoESC[2KESC[Gx', ['one', 'x']],
    ['nothing behind the cursor where the rest was erased', 'abcdefESC[3GESC[K', ['ab']],
    ['nothing below the cursor where all was erased from there', '1\r\n2\r\n3ESC[2;1HESC[J', ['1']],
    ['a new screen', '1\r\n2\r\n3ESC[2JESC[Hnew', ['new']],
    ['a frame over the one before', 'a\r\nb\r\nESC[2AESC[GESC[2KESC[1BESC[2KESC[1AESC[Gc\r\nd', ['c', 'd']],
    ['no more to the left or above than there is', 'aESC[9DESC[9Ab', ['b']],
    ['no more to the right or below than there is', 'ESC[99CESC[99Bx', ['', '', '', '         x']],
  ])('%s', (_, written, lines) => {
    expect(shown(written)).toEqual(lines);
    expect(shown(...Array.from(written.replaceAll('ESC', ESCAPE)))).toEqual(lines);
  });

  test('runs of one look, each with its place', () => {
    const screen = createScreen({ columns: 20, rows: 2 });
    screen.write(`${ESCAPE}[2ma${ESCAPE}[22m b ${ESCAPE}[1;32mcd${ESCAPE}[39me${ESCAPE}[0mf`);
    const plain = { bold: false, dim: false, colour: null };
    expect(screen.lines()).toEqual([
      [
        { column: 0, text: 'a', look: { ...plain, dim: true } },
        { column: 1, text: ' b ', look: plain },
        { column: 4, text: 'cd', look: { ...plain, bold: true, colour: 'green' } },
        { column: 6, text: 'e', look: { ...plain, bold: true } },
        { column: 7, text: 'f', look: plain },
      ],
    ]);
  });

  test('a frame is half drawn until the program says that it is whole', () => {
    const screen = createScreen({ columns: 10, rows: 2 });
    screen.write(`${ESCAPE}[?2026ha`);
    expect(screen.isHalfDrawn()).toBe(true);
    screen.write(`b${ESCAPE}[?2026l`);
    expect(screen.isHalfDrawn()).toBe(false);
  });

  test.each(['[5n', '[1J', '[7m', '[?25h', ']0;title'])(
    'what it does not know is a fault: %s',
    (sequence) => {
      expect(() => shown(ESCAPE + sequence)).toThrow('this terminal has no');
    },
  );

  test.each(['字', '\t', '\u0007'])('what has not the width of one cell is a fault: %j', (character) => {
    expect(() => shown(character)).toThrow('this terminal has no');
  });
});
