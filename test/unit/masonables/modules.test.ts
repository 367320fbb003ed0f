import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, test } from '@jest/globals';

import { importFrom, loadModules } from '../../../shared/masonables/modules.ts';
import { noneCleaner } from '../../../shared/masonables/none/none.ts';
import { createRegistry } from '../../../shared/masonables/registry.ts';
import type { Registry } from '../../../shared/masonables/registry.ts';
import * as template from '../../../shared/masonables/template/index.ts';
import { failureOf, withFolder } from './fixtures.ts';

const registers = (name: string) => ({
  register: (registry: Registry) => {
    registry.registerCleaner(name, noneCleaner);
  },
});

describe('modules of Masonables', () => {
  test('register what they bring, in their order', async () => {
    const registry = createRegistry();
    const modules: Record<string, unknown> = {
      one: registers('One'),
      common: { default: registers('Common') },
      late: {
        register: async (to: Registry) => Promise.resolve().then(() => registers('Late').register(to)),
      },
    };

    await loadModules(registry, ['late', 'common', 'one'], async (specifier) => modules[specifier]);

    expect([...registry.cleanerSchemas().keys()]).toEqual(['Late', 'Common', 'One']);
  });

  test.each([
    ['exports nothing', undefined],
    ['exports no function register', { register: 'Echo', default: 1 }],
    ['exports null', { default: null }],
  ])('are refused by name when one %s', async (_, exported) => {
    const failure = await failureOf(loadModules(createRegistry(), ['./mine.js'], async () => exported));
    expect(failure.code).toBe('MODULE_INVALID');
    expect(failure.message).toBe(
      'the module "./mine.js" exports no function "register": export function register(registry)',
    );
  });

  test('are refused by name when register throws', async () => {
    const registry = createRegistry();
    const failure = await failureOf(loadModules(registry, ['one', 'two'], async () => registers('Same')));
    expect(failure.code).toBe('MODULE_INVALID');
    expect(failure.message).toContain('the module "two" failed: cleaner "Same" is registered already');
  });

  test('are refused by name when one is missing or throws while it is loaded', async () => {
    await withFolder(async (folder) => {
      const broken = join(folder, 'broken.mjs');
      await writeFile(broken, 'throw new Error("no database");');
      const importer = importFrom(folder);

      const missing = await failureOf(loadModules(createRegistry(), ['./absent.mjs'], importer));
      const thrown = await failureOf(loadModules(createRegistry(), ['./broken.mjs'], importer));

      expect(missing.code).toBe('MODULE_INVALID');
      expect(missing.message).toMatch(/^the module "\.\/absent\.mjs" can't be loaded: .*absent\.mjs/s);
      expect(thrown.message).toBe('the module "./broken.mjs" can\'t be loaded: no database');
    });
  });

  test('are found relative to the given folder, by path and by URL', async () => {
    await withFolder(async (folder) => {
      const source = (
        name: string,
      ) => `export const register = (registry) => registry.registerCleaner('${name}', cleaner);
        const cleaner = { content: { _zod: {} }, convert: () => null };`;
      await Promise.all(['a', 'b', 'c'].map((name) => writeFile(join(folder, `${name}.mjs`), source(name))));
      const registry = createRegistry();

      const specifiers = ['./a.mjs', join(folder, 'b.mjs'), pathToFileURL(join(folder, 'c.mjs')).href];
      await loadModules(registry, specifiers, importFrom(folder));

      expect([...registry.cleanerSchemas().keys()]).toEqual(['a', 'b', 'c']);
    });
  });

  test('may look like the template', async () => {
    const registry = createRegistry();

    await loadModules(registry, ['template'], async () => template);

    expect([...registry.masonableSchemas()]).toEqual([['Template', template.templateContent]]);
  });
});
