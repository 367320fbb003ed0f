import stringWidth from 'string-width';

export type Colour = 'red' | 'green' | 'yellow' | 'cyan';

/** How a character is shown. */
export interface Look {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly colour: Colour | null;
}

/** Neighbours on one line that look alike. */
export interface Run {
  /** Of its first character; 0 is the leftmost. */
  readonly column: number;
  readonly text: string;
  readonly look: Look;
}

/** Of a terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal shows of what programs write to it. */
export interface Screen {
  /**
   * @param text may end amid a sequence
   * @throws Error at what this terminal doesn't know: to pass over it could show what no terminal shows
   */
  write(text: string): void;
  /** Whether the program is about to draw more of the same frame (synchronized output). */
  isHalfDrawn(): boolean;
  /** From the top; blank ones at the bottom are left out. */
  lines(): readonly (readonly Run[])[];
}

interface Cell {
  readonly character: string;
  readonly look: Look;
}

const ESCAPE = '\u001B';
const SEQUENCE = new RegExp(`^${ESCAPE}\\[(\\??[\\d;]*)([A-Za-z])`);
const UNFINISHED = new RegExp(`^${ESCAPE}(?:\\[\\??[\\d;]*)?$`);

const PLAIN: Look = { bold: false, dim: false, colour: null };
const BLANK: Cell = { character: ' ', look: PLAIN };

/** What each number of a "select graphic rendition" changes. */
const LOOKS: Readonly<Record<number, Partial<Look>>> = {
  0: PLAIN,
  1: { bold: true },
  2: { dim: true },
  22: { bold: false, dim: false },
  31: { colour: 'red' },
  32: { colour: 'green' },
  33: { colour: 'yellow' },
  36: { colour: 'cyan' },
  39: { colour: null },
};

/** As much of a terminal as Mason's views use. */
export function createScreen(size: Size): Screen {
  const grid = createGrid(size);
  let look = PLAIN;
  let isHalfDrawn = false;
  let rest = '';

  const obey = (parameters: string, command: string): void => {
    const numbers = parameters === '' ? [] : parameters.split(';').map(Number);
    if (command === 'm')
      for (const number of numbers.length > 0 ? numbers : [0]) look = changed(look, number);
    else if (parameters === '?2026' && /[hl]/.test(command)) isHalfDrawn = command === 'h';
    else if (!grid.obey(command, numbers)) throw new Error(unknown(`${ESCAPE}[${parameters}${command}`));
  };
  /** @returns how much of it is done; 0: more must come first */
  const take = (text: string): number => {
    const [whole, parameters = '', command = ''] = SEQUENCE.exec(text) ?? [];
    if (whole !== undefined) {
      obey(parameters, command);
      return whole.length;
    }
    if (UNFINISHED.test(text)) return 0;
    const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
    if (character === '\r') grid.obey('G', []);
    else if (character === '\n') grid.down();
    else if (stringWidth(character) === 1) grid.put({ character, look });
    else throw new Error(unknown(character));
    return character.length;
  };
  return {
    write(text) {
      rest += text;
      for (let done = -1; rest !== '' && done !== 0; rest = rest.slice(done)) done = take(rest);
    },
    isHalfDrawn: () => isHalfDrawn,
    lines() {
      const lines = grid.rows().map(runsOf);
      return lines.slice(0, lines.findLastIndex((line) => line.length > 0) + 1);
    },
  };
}

const unknown = (what: string): string => `this terminal has no ${JSON.stringify(what)}`;

function changed(look: Look, number: number): Look {
  const change = LOOKS[number];
  if (change === undefined) throw new Error(unknown(`${ESCAPE}[${number}m`));
  return { ...look, ...change };
}

interface Grid {
  put(cell: Cell): void;
  /** The next line; what no longer fits scrolls away. */
  down(): void;
  /** @returns false: there is no such command */
  obey(command: string, numbers: readonly number[]): boolean;
  rows(): readonly (readonly Cell[])[];
}

function createGrid({ columns, rows }: Size): Grid {
  const blankRow = (): Cell[] => Array.from({ length: columns }, () => BLANK);
  const cells = Array.from({ length: rows }, blankRow);
  let row = 0;
  /** `columns` after the last character of a line: only the next one goes below, so that a full line needs no second. */
  let column = 0;

  const move = (toRow: number, toColumn: number): void => {
    row = Math.max(0, Math.min(rows - 1, toRow));
    column = Math.max(0, Math.min(columns - 1, toColumn));
  };
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) cells[Math.floor(at / columns)]?.splice(at % columns, 1, BLANK);
  };
  const down = (): void => {
    row += 1;
    if (row < rows) return;
    row = rows - 1;
    cells.shift();
    cells.push(blankRow());
  };
  const commands: Readonly<Record<string, (first: number | undefined, second: number | undefined) => void>> =
    {
      A: (count = 1) => move(row - count, column),
      B: (count = 1) => move(row + count, column),
      C: (count = 1) => move(row, column + count),
      D: (count = 1) => move(row, column - count),
      G: (toColumn = 1) => move(row, toColumn - 1),
      H: (toRow = 1, toColumn = 1) => move(toRow - 1, toColumn - 1),
      J: (what = 0) => blank(what === 0 ? row * columns + column : 0, rows * columns),
      K: (what = 0) => blank(row * columns + (what === 0 ? column : 0), (row + 1) * columns),
    };
  return {
    put(cell) {
      if (column === columns) {
        column = 0;
        down();
      }
      cells[row]?.splice(column, 1, cell);
      column += 1;
    },
    down,
    obey(command, numbers) {
      const [first, second] = numbers;
      const erases = command === 'J' || command === 'K';
      const known = commands[command];
      if (known === undefined || numbers.some(Number.isNaN) || (erases && ![undefined, 0, 2].includes(first)))
        return false;
      known(first, second);
      return true;
    },
    rows: () => cells,
  };
}

/** Without the blanks at the end of the line. */
function runsOf(row: readonly Cell[]): readonly Run[] {
  const runs: Run[] = [];
  const end = row.findLastIndex(({ character }) => character !== ' ') + 1;
  for (const [column, { character, look }] of row.slice(0, end).entries()) {
    const last = runs.at(-1);
    if (last !== undefined && isAlike(last.look, look))
      runs.splice(-1, 1, { ...last, text: last.text + character });
    else runs.push({ column, text: character, look });
  }
  return runs;
}

const isAlike = (one: Look, other: Look): boolean =>
  one.bold === other.bold && one.dim === other.dim && one.colour === other.colour;
