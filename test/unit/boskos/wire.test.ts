import { describe, expect, test } from '@jest/globals';

import { firstJson } from '../../../shared/boskos/wire/firstJson.ts';
import { goMap, goText } from '../../../shared/boskos/wire/goJson.ts';
import { goQuote } from '../../../shared/boskos/wire/goQuote.ts';
import { goTime, goTimeInSeconds } from '../../../shared/boskos/wire/goTime.ts';
import { readPath } from '../../../shared/boskos/wire/path.ts';
import { readQuery } from '../../../shared/boskos/wire/query.ts';
import { readUserData } from '../../../shared/boskos/wire/readUserData.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

// What Go 1.26 answered.
describe('the first JSON of a body', () => {
  test.each([
    ['', 'none'],
    [' \n\t\r', 'none'],
    ['{} x', {}],
    ['"a"b', 'a'],
    ['12x', 12],
    ['truex', true],
    ['[1, {"a": [null]}]]', [1, { a: [null] }]],
    ['"\\u00e9\\ud83d\\ude00"', 'é😀'],
  ])('%j is read', (text, value) => {
    expect(firstJson(bytes(text))).toEqual(value === 'none' ? { kind: 'none' } : { kind: 'value', value });
  });

  test.each([
    ['{', 'unexpected EOF'],
    ['-', 'unexpected EOF'],
    ['"\\u00', 'unexpected EOF'],
    ['nul', 'unexpected EOF'],
    ['nuX', "invalid character 'X' in literal null (expecting 'l')"],
    ['x', "invalid character 'x' looking for beginning of value"],
    ["'", "invalid character '\\'' looking for beginning of value"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['{a', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1', "invalid character '1' after object key"],
    ['{"a":1 "', `invalid character '"' after object key:value pair`],
    ['[1 2', "invalid character '2' after array element"],
    ['[,', "invalid character ',' looking for beginning of value"],
    ['"\n', "invalid character '\\n' in string literal"],
    ['"\u0001', "invalid character '\\x01' in string literal"],
    ['"\\x', "invalid character 'x' in string escape code"],
    ['"\\u00g', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['['.repeat(10_001), 'exceeded max depth'],
  ])('%j is refused', (text, message) => {
    expect(firstJson(bytes(text))).toEqual({ kind: 'fault', message });
  });

  test('it is read however deep it goes, up to Go’s limit', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(firstJson(bytes(deep)).kind).toBe('value');
  });
});

test('user data keeps every key, and only whole characters', () => {
  const userData = readUserData(bytes('{"__proto__":"a","\\ud800":"\\udc00","k":null}'));
  expect(Object.entries(userData)).toEqual([
    ['__proto__', 'a'],
    ['\ufffd', '\ufffd'],
    ['k', ''],
  ]);
  expect(readUserData(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x22, 0x22, 0x7d]))).toEqual({
    '\ufffd': '',
  });
});

test.each([
  ['plain', '"plain"'],
  ['"\\\n\u0007', '"\\"\\\\\\n\\a"'],
  ['\u0001\u007f\u00a0\u2028\u{e0001}', '"\\x01\\x7f\\u00a0\\u2028\\U000e0001"'],
  ['é😀', '"é😀"'],
])('%j is quoted as Go quotes it', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});

test('a map’s keys stand in the order of their bytes', () => {
  expect(goMap({ b: '', '10': '', '9': '', é: '', '': '' }, goText)).toBe(
    '{"":"","10":"","9":"","b":"","é":""}',
  );
});

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [Date.UTC(2026, 0, 2, 3, 4, 5), '2026-01-02T03:04:05Z'],
  [Date.UTC(2026, 0, 2, 3, 4, 5, 120), '2026-01-02T03:04:05.12Z'],
  [Date.UTC(2026, 0, 2, 3, 4, 5) + 0.001, '2026-01-02T03:04:05.000001Z'],
  [Date.UTC(2026, 0, 2, 3, 4, 5) + 999.9999, '2026-01-02T03:04:06Z'],
  [-1, '1970-01-01T00:00:00Z'],
  [1e300, '9999-12-31T23:59:59Z'],
])('%d ms is %s', (at, text) => {
  expect(goTime(at)).toBe(text);
});

test('an expiration has whole seconds', () => {
  expect(goTimeInSeconds(Date.UTC(2026, 0, 2, 3, 4, 5, 999))).toBe('2026-01-02T03:04:05Z');
});

test('a query is read as Go reads it', () => {
  const read = readQuery('a=1&a=2&b=x+y%20z&c&=d&e=%zz&f=1;2&&g=%c3%a9%ff&h=i=j&%6b=l&%=m');
  expect(Object.fromEntries(read)).toEqual({
    a: '1',
    b: 'x y z',
    c: '',
    '': 'd',
    g: 'é\ufffd',
    h: 'i=j',
    k: 'l',
  });
});

test.each([
  ['/acquire', { kind: 'at', segments: ['acquire'] }],
  ['/acquire/', { kind: 'at', segments: ['acquire', ''] }],
  ['/a%2Fb/%2e%2E', { kind: 'at', segments: ['a/b', '..'] }],
  ['', { kind: 'at', segments: [''] }],
  ['*', { kind: 'at', segments: [''] }],
  ['//', { kind: 'moved', path: '/' }],
  ['/a/../../b/./c/', { kind: 'moved', path: '/b/c/' }],
  ['/%', { kind: 'malformed' }],
])('the path %j', (path, place) => {
  expect(readPath(path)).toEqual(place);
});
