import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';

import { noneCleaner } from '../../../shared/masonables/none/none.ts';
import { constructed } from '../../../shared/masonables/port.ts';
import type { ConfigConverter, Masonable } from '../../../shared/masonables/port.ts';
import { createRegistry } from '../../../shared/masonables/registry.ts';
import { environment, runContext } from './fixtures.ts';

const words = z.strictObject({ words: z.array(z.string()).min(1), times: z.int().default(1) });
const echo: ConfigConverter<z.infer<typeof words>> = {
  content: words,
  convert: (content) => ({
    construct: async () => constructed({ said: content.words.join(' ').repeat(content.times) }),
  }),
};
const count: ConfigConverter<number> = {
  content: z.number(),
  convert: (content) => ({ construct: async () => constructed({ next: String(content + 1) }) }),
};

describe('the registry', () => {
  test('makes a Masonable out of the content that stands in the config as text', async () => {
    const registry = createRegistry();
    registry.registerConfigConverter('Echo', echo);
    registry.registerConfigConverter('Count', count);

    const said = await registry
      .masonable('Echo', 'words: [a, b]\ntimes: 2\n')
      .construct(environment, {}, runContext());
    const next = await registry.masonable('Count', '41').construct(environment, {}, runContext());

    expect(said).toEqual({ done: true, userData: { said: 'a ba b' } });
    expect(next).toEqual({ done: true, userData: { next: '42' } });
  });

  test('reads words of the content as a Boskos server does', async () => {
    const registry = createRegistry();
    registry.registerConfigConverter('Count', count);

    const next = await registry.masonable('Count', '1_000').construct(environment, {}, runContext());

    expect(next).toEqual({ done: true, userData: { next: '1001' } });
  });

  test('refuses settings of a cleaner that do not fit', () => {
    const registry = createRegistry();
    registry.registerCleaner('None', noneCleaner);
    expect(() => registry.cleaner('None', { dryRun: true })).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID', message: expect.stringContaining('dryRun') }),
    );
  });

  test('makes a cleaner out of settings', async () => {
    const registry = createRegistry();
    registry.registerCleaner('None', noneCleaner);

    const clean = await registry.cleaner('None', {}).clean(environment, runContext());

    expect(clean).toEqual({ done: true });
  });

  test('shows the schemas by name for the checker of configs', () => {
    const registry = createRegistry();
    registry.registerConfigConverter('Echo', echo);
    registry.registerConfigConverter('Count', count);
    registry.registerCleaner('None', noneCleaner);

    expect([...registry.masonableSchemas()]).toEqual([
      ['Echo', echo.content],
      ['Count', count.content],
    ]);
    expect([...registry.cleanerSchemas()]).toEqual([['None', noneCleaner.content]]);
  });

  test('refuses a name that is taken, for each kind apart', () => {
    const registry = createRegistry();
    registry.registerConfigConverter('Echo', echo);
    registry.registerCleaner('Echo', noneCleaner);

    expect(() => registry.registerConfigConverter('Echo', count)).toThrow(
      expect.objectContaining({
        code: 'MASONABLE_DUPLICATE',
        message: expect.stringContaining('Masonable "Echo"'),
      }),
    );
    expect(() => registry.registerCleaner('Echo', noneCleaner)).toThrow(
      expect.objectContaining({
        code: 'MASONABLE_DUPLICATE',
        message: expect.stringContaining('cleaner "Echo"'),
      }),
    );
  });

  test.each<[unknown]>([
    [null],
    ['a text'],
    [{ content: z.string() }],
    [{ convert: () => null }],
    [{ content: { parse: () => 1 }, convert: () => null }],
  ])('refuses %p, which is no converter', (converter) => {
    const registry = createRegistry();
    const register = () => registry.registerConfigConverter('Odd', converter as ConfigConverter<string>);
    expect(register).toThrow(expect.objectContaining({ code: 'MODULE_INVALID' }));
  });

  test('names what is registered when it is asked for something else', () => {
    const registry = createRegistry();
    expect(() => registry.masonable('Echo', '')).toThrow('registered: nothing');
    registry.registerConfigConverter('Count', count);
    registry.registerConfigConverter('Echo', echo);
    for (const name of ['echo', 'constructor', '__proto__']) {
      expect(() => registry.masonable(name, '')).toThrow(
        expect.objectContaining({
          code: 'MASONABLE_UNKNOWN',
          message: `config.type "${name}" is not registered here; registered: "Count", "Echo"`,
        }),
      );
    }
    expect(() => registry.cleaner('Echo', {})).toThrow(
      expect.objectContaining({ code: 'MASONABLE_UNKNOWN' }),
    );
  });

  test.each([
    ['words: [a', '1:8: this is not YAML'],
    ['words: [a]\n---\nb: 2\n', '3:1: a second YAML document'],
    ['words: [a]\nwords: [b]\n', '2:1: words stands twice'],
    ['', '1:1: words is missing'],
    ['words: []', '1:8: words is a list, which is too short'],
    ['words: [a]\nword: b', '2:1: word is not a key'],
    ['words: [1]', '1:9: words[0] is the number 1, not a text'],
  ])('refuses the content %j and says where', (content, part) => {
    const registry = createRegistry();
    registry.registerConfigConverter('Echo', echo);
    expect(() => registry.masonable('Echo', content)).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID', message: expect.stringContaining(part) }),
    );
  });

  test('passes on why a converter refuses content that fits its schema', () => {
    const registry = createRegistry();
    registry.registerConfigConverter('Never', {
      content: z.unknown(),
      convert: (): Masonable => {
        throw new Error('not on a Sunday');
      },
    });
    expect(() => registry.masonable('Never', 'a')).toThrow(
      expect.objectContaining({
        code: 'CONTENT_INVALID',
        message: expect.stringContaining('not on a Sunday'),
      }),
    );
  });
});
