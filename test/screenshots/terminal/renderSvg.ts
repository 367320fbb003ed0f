import stringWidth from 'string-width';

import type { Look, Run } from './screen.ts';

/** Units of the picture, which are pixels where it is shown at its own size. */
const CELL = { width: 7.8, height: 18 } as const;
const FONT_SIZE = 13;
/** From a line's top to where its letters stand. */
const BASELINE = 13;
const MARGIN = 16;
const BAR_HEIGHT = 34;

/** A dark window: it stands out from a light page, and its border from a dark one. */
const STYLE = `
  text { font: ${FONT_SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace; fill: #d7dee6; white-space: pre }
  .title { font: 12px system-ui, sans-serif; fill: #9aa5b1; text-anchor: middle }
  .bold { font-weight: 700; fill: #fff }
  .dim { fill: #87919c }
  .red { fill: #ff8078 }
  .green { fill: #56d374 }
  .yellow { fill: #e3b341 }
  .cyan { fill: #56d4dd }`;

export interface Window {
  readonly title: string;
  /** How many characters wide it is. */
  readonly columns: number;
}

/**
 * What a terminal shows, as SVG: small, sharp at any size, and its text can be read by machines. Each piece of text has
 * the width of its cells, since readers have different fonts.
 */
export function renderSvg(lines: readonly (readonly Run[])[], { title, columns }: Window): string {
  const width = Math.round(columns * CELL.width + 2 * MARGIN);
  const height = BAR_HEIGHT + lines.length * CELL.height + 2 * MARGIN - 6;
  const dots = ['#ff6259', '#febc2f', '#2bc840'].map(
    (fill, at) => `<circle cx="${20 + 18 * at}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  const shown = lines.map((runs, row) =>
    runs.flatMap((run) => textsOf(run, BAR_HEIGHT + MARGIN - 6 + row * CELL.height + BASELINE)).join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="#12171d" stroke="#3b444e"/>`,
    dots.join(''),
    `<text class="title" x="${width / 2}" y="21.5">${escaped(title)}</text>`,
    ...shown.filter((line) => line !== ''),
    '</svg>',
    '',
  ].join('\n');
}

/** The words of a run; a wide gap between them is no text. */
function textsOf({ column, text, look }: Run, y: number): string[] {
  return [...text.matchAll(/\S+(?: \S+)*/gu)].map((match) => {
    const [words] = match;
    const x = rounded(MARGIN + (column + stringWidth(text.slice(0, match.index))) * CELL.width);
    const place = `x="${x}" y="${y}" textLength="${rounded(stringWidth(words) * CELL.width)}"`;
    return `<text ${place}${classOf(look)}>${escaped(words)}</text>`;
  });
}

function classOf({ bold, dim, colour }: Look): string {
  const names = [bold && 'bold', dim && 'dim', colour].filter((name) => typeof name === 'string');
  return names.length === 0 ? '' : ` class="${names.join(' ')}"`;
}

const rounded = (units: number): number => Math.round(units * 10) / 10;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
