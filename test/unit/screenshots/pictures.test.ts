import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { indexedPng } from '../../screenshots/console/indexedPng.ts';
import { essenceOfPng, essenceOfSvg, keep } from '../../screenshots/keep.ts';
import { renderSvg } from '../../screenshots/terminal/renderSvg.ts';
import { createScreen } from '../../screenshots/terminal/screen.ts';

const WINDOW = { title: 'a <window>', columns: 60 };
const svgOf = (...lines: string[]): string => {
  const screen = createScreen({ columns: 60, rows: 10 });
  screen.write(lines.join('\r\n'));
  return renderSvg(screen.lines(), WINDOW);
};

describe('a picture of a terminal', () => {
  test('has each piece of text in its place, as wide as its cells, and as text', () => {
    const svg = svgOf('', 'one  two & \u001B[32mthree\u001B[39m');
    const [one, two, three] = [...svg.matchAll(/<text x=.*?<\/text>/g)].map(([text]) => text);
    expect(one).toBe('<text x="16" y="75" textLength="23.4">one</text>');
    expect(two).toBe('<text x="55" y="75" textLength="39">two &amp;</text>');
    expect(three).toBe('<text x="101.8" y="75" textLength="39" class="green">three</text>');
    expect(svg).toContain('<title>a &lt;window&gt;</title>');
  });
});

describe('a picture of a page', () => {
  test('names its colours once, and each pixel by its number', () => {
    const png = indexedPng({ width: 3, height: 2, colours: [0xffffff, 0xff, 0xff, 0xff, 0x10203, 0xff] });
    expect(dataOf(png, 'PLTE')).toEqual(Buffer.from([0, 0, 255, 1, 2, 3, 255, 255, 255]));
    expect(inflateSync(dataOf(png, 'IDAT'))).toEqual(Buffer.from([0, 2, 0, 0, 0, 0, 1, 0]));
    expect(dataOf(png, 'IHDR')).toEqual(Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0]));
  });

  test('has the nearest of the frequent colours for one that is rare', () => {
    const frequent = Array.from({ length: 256 }, (_, at) => (at >> 1) * 0x20000);
    const png = indexedPng({ width: 257, height: 1, colours: [...frequent, 0x050000] });
    const rows = inflateSync(dataOf(png, 'IDAT'));
    const palette = dataOf(png, 'PLTE');
    expect(palette).toHaveLength(128 * 3);
    expect(palette[(rows.at(-1) ?? 0) * 3]).toBe(4);
  });
});

function dataOf(png: Buffer, type: string): Buffer {
  const at = png.indexOf(type, 0, 'latin1');
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
}

describe('a picture that is there', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mason-pictures-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const ONE = '3586284f-b981-40e8-adc6-99bf66290c6d';
  const at = (time: string): string => `\u001B[2m${time}\u001B[22m  `;
  const OTHER = 'cd831831-3291-4caf-93c8-b189f84b2f00';

  test('stays if another run tells the same of others, at another time, in another order', async () => {
    const path = join(folder, 'start.svg');
    const first = svgOf(
      `${at('07:24:50')}${ONE}: clean done`,
      `${at('07:24:59')}${ONE}: free done`,
      '9 s ago',
    );
    expect(await keep(path, first, essenceOfSvg)).toBe(true);
    const second = svgOf(
      `${at('17:00:01')}${OTHER}: free done`,
      `${at('17:00:01')}${OTHER}: clean done`,
      '12 s ago',
    );
    expect(await keep(path, second, essenceOfSvg)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(first);
  });

  test.each([
    ['another text', svgOf(`${at('07:24:50')}${ONE}: clean failed`)],
    ['another colour', svgOf(`07:24:50  \u001B[31m${ONE}: clean done\u001B[39m`)],
    ['another place', svgOf(` ${at('07:24:50')}${ONE}: clean done`)],
    ['another line', svgOf('', `${at('07:24:50')}${ONE}: clean done`)],
  ])('goes for %s', async (_, other) => {
    const path = join(folder, 'start.svg');
    await keep(path, svgOf(`${at('07:24:50')}${ONE}: clean done`), essenceOfSvg);
    expect(await keep(path, other, essenceOfSvg)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(other);
  });

  test('of a page goes for any other one', async () => {
    const path = join(folder, 'page.png');
    expect(await keep(path, Buffer.from('one'), essenceOfPng)).toBe(true);
    expect(await keep(path, Buffer.from('one'), essenceOfPng)).toBe(false);
    expect(await keep(path, Buffer.from('two'), essenceOfPng)).toBe(true);
  });
});
