import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { describeTerraform } from './describeTerraform.ts';
import { copyInfra, modules, type Copy } from './terraform.ts';

const all = await modules();

describeTerraform('every module', () => {
  let copy: Copy;
  beforeAll(async () => {
    copy = await copyInfra();
  });
  afterAll(() => copy.remove());

  test('is there: the root, its parts and the examples', () => {
    expect(all).toEqual([
      '',
      'examples/minimal',
      'examples/own-masonable',
      'examples/production',
      'examples/with-existing-boskos',
      ...['alerts', 'function', 'http', 'ledger', 'phase', 'schedule', 'topics'].map(
        (name) => `modules/${name}`,
      ),
    ]);
  });

  test('has the format of terraform fmt', async () => {
    const { code, said } = await copy.terraform('', ['fmt', '-check', '-recursive', '-diff', '-no-color']);
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });

  test.each(all.map((path) => ({ path, name: path === '' ? 'the root' : path })))(
    '$name is valid by itself',
    async ({ path }) => {
      expect(await copy.terraform(path, ['init', '-input=false', '-no-color'])).toMatchObject({ code: 0 });
      expect(await copy.terraform(path, ['validate', '-no-color'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Success! The configuration is valid[.]\s*$/),
      });
    },
  );
});
