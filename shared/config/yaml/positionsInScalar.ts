import type { Locate } from './buildTree.ts';
import type { ScalarTree } from './tree.ts';

/**
 * Finds where a character of a YAML text that stands inside a scalar (a Masonable's content) is in the file around it.
 * Quoting, folding and indenting only ever change blanks, quotes and escapes, so the n-th character of the value that
 * isn't blank is the n-th one of the source: exact for every style. A blank is placed by its neighbour on its line.
 * @param input.text the file, in which `scalar` has its range, and `locate` finds positions
 */
export function positionsInScalar(input: { text: string; scalar: ScalarTree; locate: Locate }): Locate {
  const { text, scalar, locate } = input;
  const value = scalar.text;
  const marks = markSource(text, scalar);
  const marksBefore = countMarks(value);
  // Only if the YAML library read the scalar in another way than is known here: then the scalar's start has to do.
  if (marks.length !== marksBefore[value.length]) return () => scalar.at;

  return (offset) => {
    const index = Math.min(offset, value.length);
    const count = marksBefore[index] ?? 0;
    const mark = marks[count];
    if (index < value.length && !isBlank(value[index]) && mark !== undefined) return locate(mark);
    return locate(placeBlank({ text, value, index, next: mark, last: marks[count - 1] ?? scalar.range[0] }));
  };
}

const BLANK = ' \t\r\n';

function isBlank(character: string | undefined): boolean {
  return character !== undefined && BLANK.includes(character);
}

/** For each index, how many characters before it are not blank. */
function countMarks(value: string): Uint32Array {
  const counts = new Uint32Array(value.length + 1);
  for (let index = 0; index < value.length; index++) {
    counts[index + 1] = (counts[index] ?? 0) + (isBlank(value[index]) ? 0 : 1);
  }
  return counts;
}

interface Blank {
  text: string;
  value: string;
  index: number;
  /** Offsets in the file of the characters around the blank that aren't. */
  next: number | undefined;
  last: number;
}

function placeBlank({ text, value, index, next, last }: Blank): number {
  const tail = /^[ \t\r\n]*/.exec(value.slice(index))?.[0] ?? '';
  if (next !== undefined && !tail.includes('\n')) {
    return Math.max(next - tail.length, text.lastIndexOf('\n', next - 1) + 1);
  }
  const head = /[ \t\r\n]*$/.exec(value.slice(0, index))?.[0] ?? '';
  const linesDown = head.split('\n').length - 1;
  if (linesDown === 0) return Math.min(last + 1 + head.length, endOfLine(text, last));
  let start = last;
  for (let line = 0; line < linesDown; line++) start = Math.min(endOfLine(text, start) + 1, text.length);
  return next === undefined ? start : Math.min(start, next);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The offsets in the file of the value's characters, except its blanks. */
function markSource(text: string, { style, range: [from, to] }: ScalarTree): number[] {
  switch (style) {
    case 'plain':
      return markAll(text, from, to);
    case 'block':
      return markAll(text, endOfLine(text, from), to);
    case 'single':
      return markAll(text, from + 1, to - 1).filter((_, index, marks) => !isSecondQuote(text, marks, index));
    case 'double':
      return markEscaped(text, from + 1, to - 1);
    case 'unread':
      return [];
  }
}

function markAll(text: string, from: number, to: number): number[] {
  const marks = [];
  for (let offset = from; offset < to; offset++) if (!isBlank(text[offset])) marks.push(offset);
  return marks;
}

/** Two single quotes stand for one. All quotes in a row come in pairs, so every second one goes. */
function isSecondQuote(text: string, marks: readonly number[], index: number): boolean {
  let run = 0;
  for (let mark = marks[index] ?? 0; text[mark - run] === "'" && index - run >= 0; run++);
  return run > 0 && run % 2 === 0;
}

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function markEscaped(text: string, from: number, to: number): number[] {
  const marks: number[] = [];
  for (let offset = from; offset < to;) {
    const escape = text[offset] === '\\' ? (text[offset + 1] ?? '') : null;
    const hexDigits = HEX_DIGITS[escape ?? ''] ?? 0;
    const length = escape === null ? 1 : 2 + hexDigits;
    const isMark = escape === null ? !isBlank(text[offset]) : !isEscapedBlank(text, offset, length);
    const isPair = hexDigits > 0 && parseInt(text.slice(offset + 2, offset + length), 16) > 0xffff;
    if (isMark) marks.push(...(isPair ? [offset, offset] : [offset]));
    offset += length;
  }
  return marks;
}

function isEscapedBlank(text: string, offset: number, length: number): boolean {
  if (length === 2) return `ntr${BLANK}`.includes(text[offset + 1] ?? '');
  return isBlank(
    String.fromCodePoint(Math.min(parseInt(text.slice(offset + 2, offset + length), 16) || 0, 0x10ffff)),
  );
}
