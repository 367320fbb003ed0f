import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { MasonError } from '../errors.ts';
import { messageOf } from './messageOf.ts';
import type { Registry } from './registry.ts';

/** Loads a module by its specifier and resolves with its exports. */
export type Importer = (specifier: string) => Promise<unknown>;

/**
 * Lets a deployment's own modules register their Masonables and cleaners, one after another in the order given, so that
 * a name that two of them want is always refused to the same one.
 * @param specifiers package names, paths or file: URLs, as the environment lists them
 * @throws MasonError MODULE_INVALID, naming the module: it can't be loaded, exports no register, or its register throws
 */
export async function loadModules(
  registry: Registry,
  specifiers: readonly string[],
  importer: Importer,
): Promise<void> {
  for (const specifier of specifiers) {
    const exported = await load(specifier, importer);
    const register = registerOf(exported);
    if (!register) {
      throw new MasonError(
        'MODULE_INVALID',
        `the module ${JSON.stringify(specifier)} exports no function "register": export function register(registry)`,
      );
    }
    await callRegister(register, registry, specifier);
  }
}

/**
 * Node's own import.
 * @param directory what a relative path ("./", "../") is relative to; a package is looked for where this file stands
 */
export function importFrom(directory: string): Importer {
  return async (specifier) => {
    const isPath = /^(\.{1,2}(\/|$)|\/)/.test(specifier);
    const target = isPath ? pathToFileURL(resolve(directory, specifier)).href : specifier;
    return (await import(target)) as unknown;
  };
}

type Register = (registry: Registry) => unknown;

async function load(specifier: string, importer: Importer): Promise<unknown> {
  try {
    return await importer(specifier);
  } catch (error) {
    const message = `the module ${JSON.stringify(specifier)} can't be loaded: ${messageOf(error)}`;
    throw new MasonError('MODULE_INVALID', message, { cause: error });
  }
}

/** A CommonJS module shows its exports for sure only under `default`. */
function registerOf(exported: unknown): Register | undefined {
  const { register, default: inner } = Object(exported) as { register?: unknown; default?: unknown };
  const candidates = [register, (Object(inner) as { register?: unknown }).register];
  return candidates.find((candidate): candidate is Register => typeof candidate === 'function');
}

async function callRegister(register: Register, registry: Registry, specifier: string): Promise<void> {
  try {
    await register(registry);
  } catch (error) {
    const message = `register(registry) of the module ${JSON.stringify(specifier)} failed: ${messageOf(error)}`;
    throw new MasonError('MODULE_INVALID', message, { cause: error });
  }
}
