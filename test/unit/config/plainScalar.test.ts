import { describe, expect, test } from '@jest/globals';
import { resolvePlain } from '../../../shared/config/yaml/plainScalar.ts';

/** What sigs.k8s.io/yaml 1.6.0 made of each of these, run on it in a field of its kind. */
describe('An unquoted word is what Boskos reads', () => {
  test.each([
    ['', null],
    ['~', null],
    ['null', null],
    ['yes', true],
    ['y', true],
    ['on', true],
    ['True', true],
    ['no', false],
    ['OFF', false],
    ['3', 3],
    ['3.0', 3],
    ['+1', 1],
    ['-1', -1],
    ['010', 8],
    ['0o10', 8],
    ['0x10', 16],
    ['-0x10', -16],
    ['0b11', 3],
    ['1_000', 1_000],
    ['1e3', 1_000],
    ['089', 89],
    ['.5', 0.5],
    ['.inf', Infinity],
    ['1:30', '1:30'],
    ['20:30:00', '20:30:00'],
    ['2001-01-01', '2001-01-01'],
    ['1h30m', '1h30m'],
    ['1.2.3', '1.2.3'],
    ['_1', '_1'],
    ['yEs', 'yEs'],
    ['project-1', 'project-1'],
    ['=', '='],
    ['-', '-'],
  ])('%j', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });
});
