import { stripVTControlCharacters } from 'node:util';

import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** One line of a text that may come from anywhere: nothing in it that a terminal obeys. */
export const tame = (text: string): string => stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ');

/** The same of each line of a text that has several. */
export const tameLines = (text: string): string => text.split(/\r?\n/).map(tame).join('\n');

/** The text, cut to at most `width` terminal columns; what is cut is shown by a … */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  return `${headOf(text, width - 1)}…`;
}

/** The text in lines of at most `width` columns, broken between words where that is possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = inPieces(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

function inPieces(word: string, width: number): string[] {
  // One character may be wider than the terminal: it stands alone.
  const head = headOf(word, width) || firstOf(word);
  return head === word ? [word] : [head, ...inPieces(word.slice(head.length), width)];
}

const firstOf = (text: string): string => [...graphemes.segment(text)][0]?.segment ?? '';

/** As much of the text as fits into `width` columns. */
function headOf(text: string, width: number): string {
  let head = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(head + segment) > width) break;
    head += segment;
  }
  return head;
}

/** Exactly `width` columns: cut, or filled up with blanks at its end. */
export function left(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + ' '.repeat(Math.max(0, width - stringWidth(shown)));
}

/** Exactly `width` columns: cut, or filled up with blanks before it. */
export function right(text: string, width: number): string {
  const shown = cut(text, width);
  return ' '.repeat(Math.max(0, width - stringWidth(shown))) + shown;
}

export const widest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => stringWidth(text)));
