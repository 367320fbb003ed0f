import { join } from 'node:path';

import * as z from 'zod';

import type { Copy } from './terraform.ts';

const resourceSchema = z.object({
  address: z.string(),
  type: z.string(),
  mode: z.string(),
  /** Which is known before anything is made. */
  values: z.record(z.string(), z.unknown()),
});
export type Planned = Readonly<z.infer<typeof resourceSchema>>;

interface Module {
  readonly resources?: readonly Planned[] | undefined;
  readonly child_modules?: readonly Module[] | undefined;
}
const moduleSchema: z.ZodType<Module> = z.lazy(() =>
  z.object({
    resources: z.array(resourceSchema).optional(),
    child_modules: z.array(moduleSchema).optional(),
  }),
);
const planSchema = z.object({ planned_values: z.object({ root_module: moduleSchema }) });

/** Nobody answers there: a plan that asks somebody fails. */
const NOWHERE = 'http://127.0.0.1:9';
const OFFLINE = {
  GOOGLE_OAUTH_ACCESS_TOKEN: 'offline',
  HTTPS_PROXY: NOWHERE,
  HTTP_PROXY: NOWHERE,
  NO_PROXY: '',
};

/** What Terraform would make of an example in an empty project. */
export async function planOf(
  copy: Copy,
  example: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<readonly Planned[]> {
  const at = `examples/${example}`;
  const file = join(copy.folder, at, 'plan.bin');
  const given = Object.entries(variables).map(
    ([name, value]) => `-var=${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const steps = [
    ['init', '-input=false', '-no-color'],
    ['plan', '-input=false', '-no-color', `-out=${file}`, ...given],
    ['show', '-json', file],
  ];
  let shown = '';
  for (const step of steps) {
    const { code, said, stdout } = await copy.terraform(at, step, OFFLINE);
    if (code !== 0) throw new Error(`terraform ${step.join(' ')} ended with ${code}:\n${said}`);
    shown = stdout;
  }
  return resourcesOf(planSchema.parse(JSON.parse(shown)).planned_values.root_module);
}

const resourcesOf = ({ resources = [], child_modules: children = [] }: Module): readonly Planned[] => [
  ...resources,
  ...children.flatMap(resourcesOf),
];
