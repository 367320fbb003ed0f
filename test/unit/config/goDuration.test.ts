import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseGoDuration } from '../../../shared/config/goDuration.ts';

/** What Go 1.26's time.ParseDuration answered to each of these, run on it. */
describe('Reads what Go reads', () => {
  test.each([
    ['0', 0],
    ['+0', 0],
    ['-0', 0],
    ['-0s', 0],
    ['1h30m', 5_400_000],
    ['90s', 90_000],
    ['.5s', 500],
    ['1.s', 1_000],
    ['-1h', -3_600_000],
    ['+1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['1h1h', 7_200_000],
    ['1ms2us3ns', 1.002003],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['1us', 0.001],
    ['1ns', 0.000001],
    ['0.1ns', 0],
    ['0.3333333333333333333h', 1_200_000],
    ['0.9223372036854775807h', 3_320_413.933267],
    ['9.99999999999999999999999s', 10_000],
    ['1.0000000000000000000000000000001h', 3_600_000],
    ['9223372036854775807ns', 2 ** 63 / 1e6],
    ['-9223372036854775808ns', -(2 ** 63) / 1e6],
    ['2562047h47m16.854775807s', 2 ** 63 / 1e6],
  ])('%s', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds);
  });
});

describe('Refuses what Go refuses, in its words', () => {
  test.each([
    ['', 'time: invalid duration ""'],
    ['xx', 'time: invalid duration "xx"'],
    ['20', 'time: missing unit in duration "20"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['.s', 'time: invalid duration ".s"'],
    ['-', 'time: invalid duration "-"'],
    ['+', 'time: invalid duration "+"'],
    ['--1h', 'time: invalid duration "--1h"'],
    ['1h 30m', 'time: unknown unit "h " in duration "1h 30m"'],
    [' 1h', 'time: invalid duration " 1h"'],
    ['1h ', 'time: unknown unit "h " in duration "1h "'],
    ['1H', 'time: unknown unit "H" in duration "1H"'],
    ['1m1', 'time: missing unit in duration "1m1"'],
    ['1.2.3s', 'time: missing unit in duration "1.2.3s"'],
    ['1..5s', 'time: missing unit in duration "1..5s"'],
    ['1e3s', 'time: unknown unit "e" in duration "1e3s"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['-9223372036854775809ns', 'time: invalid duration "-9223372036854775809ns"'],
    ['2562047h47m16.854775808s', 'time: invalid duration "2562047h47m16.854775808s"'],
    ['10000000h', 'time: invalid duration "10000000h"'],
    ['999999999999999999999999s', 'time: invalid duration "999999999999999999999999s"'],
    ['"', 'time: invalid duration "\\""'],
    ['1\\', 'time: unknown unit "\\\\" in duration "1\\\\"'],
    ['é', 'time: invalid duration "\\xc3\\xa9"'],
    ['1é', 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"'],
    ['1\n', 'time: unknown unit "\\x0a" in duration "1\\x0a"'],
    ['1\x7f', 'time: unknown unit "\x7f" in duration "1\x7f"'],
    ['\u2028', 'time: invalid duration "\\xe2\\x80\\xa8"'],
    ['1\u{1f600}', 'time: unknown unit "\\xf0\\x9f\\x98\\x80" in duration "1\\xf0\\x9f\\x98\\x80"'],
  ])('%j', (text, error) => {
    expect(parseGoDuration(text)).toBe(error);
  });
});

test('Hours, minutes, seconds and milliseconds add up', () => {
  const part = fc.nat(2_000);
  fc.assert(
    fc.property(part, part, part, part, (h, m, s, ms) => {
      const sum = ((h * 60 + m) * 60 + s) * 1_000 + ms;
      expect(parseGoDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(sum);
    }),
  );
});

test('Any text is a number or an error of Go', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', '+', 'h', 'm', 's', 'n', 'u', 'µ') }),
  );
  fc.assert(
    fc.property(text, (input) => {
      const read = parseGoDuration(input);
      if (typeof read === 'number') expect(Math.abs(read)).toBeLessThanOrEqual(2 ** 63 / 1e6);
      else expect(read).toMatch(/^time: (invalid|missing unit in|unknown unit ".+" in) duration ".*"$/s);
    }),
  );
});
