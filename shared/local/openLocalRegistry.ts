import { importFrom, loadModules } from '../masonables/modules.ts';
import type { Registry } from '../masonables/registry.ts';
import { openRegistry } from '../runtime/compose.ts';

/**
 * What this machine can build and clean: `Command`, since its user could run programs anyway, and whatever the modules
 * named in MASON_MASONABLES (comma-separated; paths relative to the working directory) register.
 * @param commands false: it stands for another machine, where programs may not be run
 * @throws MasonError MODULE_INVALID, MASONABLE_DUPLICATE
 */
export async function openLocalRegistry(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
  { commands = true }: { readonly commands?: boolean } = {},
): Promise<Registry> {
  const registry = openRegistry({ commands });
  const specifiers = (environment['MASON_MASONABLES'] ?? '').split(',').map((part) => part.trim());
  await loadModules(registry, specifiers.filter(Boolean), importFrom(directory));
  return registry;
}
