import { readFile } from 'node:fs/promises';

import { describe, expect, test } from '@jest/globals';

import { commandEnvironment, INHERITED } from '../../../shared/masonables/command/environment.ts';
import { disk, environment } from './fixtures.ts';

const facts = { resource: environment, leased: {}, cycle: 3, action: 'construct' };
const masons = {
  MASON_RESOURCE: 'environment-1',
  MASON_RESOURCE_TYPE: 'environment',
  MASON_CYCLE: '3',
  MASON_ACTION: 'construct',
};

describe("a command's environment", () => {
  test('inherits only what is listed, and of that only what there is', () => {
    const inherited = {
      PATH: '/bin',
      HOME: '/root',
      GOOGLE_APPLICATION_CREDENTIALS: '/key',
      MASON_URL: 'http://x',
    };
    expect(commandEnvironment(inherited, {}, facts)).toEqual({ PATH: '/bin', HOME: '/root', ...masons });
    expect(INHERITED).not.toContain('NODE_OPTIONS');
  });

  test('is listed whole in the README', async () => {
    const readme = await readFile(
      new URL('../../../shared/masonables/command/README.md', import.meta.url),
      'utf8',
    );
    const [, environmentPart = ''] = readme.split('**Environment**');
    for (const name of [...INHERITED, ...Object.keys(masons)])
      expect(environmentPart).toContain(`\`${name}\``);
  });

  test("puts the command's own variables over the inherited ones", () => {
    const all = commandEnvironment({ PATH: '/bin' }, { PATH: '/opt', REGION: 'x' }, facts);
    expect(all).toEqual({ PATH: '/opt', REGION: 'x', ...masons });
  });

  test('lists the leased resources by type, in their order', () => {
    const leased = { 'gcp-project.large': [disk('b'), disk('a')], port: [disk('c')], none: [] };
    expect(commandEnvironment({}, {}, { ...facts, leased })).toEqual({
      ...masons,
      MASON_LEASED_GCP_PROJECT_LARGE: 'b,a',
      MASON_LEASED_PORT: 'c',
      MASON_LEASED_NONE: '',
    });
  });

  test('refuses two types that would share a variable', () => {
    const leased = { 'a-b': [disk('1')], 'a.b': [disk('2')] };
    expect(() => commandEnvironment({}, {}, { ...facts, leased })).toThrow(
      'the needed types a-b and a.b both give the variable MASON_LEASED_A_B: rename one of them',
    );
  });
});
