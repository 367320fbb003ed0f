import { z } from 'zod';

import { MasonError } from '../errors.ts';

const DEFAULT_LEASE_EXPIRY_MS = 30 * 60_000;
const DEFAULT_REQUEST_TTL_MS = 30_000;

const path = z.string();
const milliseconds = z
  .string()
  .regex(/^\d{4,15}$/, 'takes a whole number of milliseconds, 1000 at least')
  .transform(Number);

const environmentSchema = z.object({
  MASON_CONFIG: path.describe("path of the config file, in Boskos's form"),
  MASON_LEDGER: path.describe('path of the SQLite ledger, or :memory:'),
  MASON_INSTALLATION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'takes 1 to 40 of a-z, 0-9 and -')
    .default('mason')
    .describe('names this Mason in the owners of its leases'),
  MASON_MASONABLES: z
    .string()
    .transform(listOf)
    .default([])
    .describe('modules that register more Masonables and cleaners, separated by commas'),
  MASON_COMMANDS: z
    .enum(['on', 'off'], 'takes on or off')
    .default('off')
    .describe('whether Command may be used; on: whoever writes the config can run programs here'),
  MASON_LEASE_EXPIRY_MS: milliseconds
    .default(DEFAULT_LEASE_EXPIRY_MS)
    .describe('how long a user may hold a resource without a sign of life'),
  MASON_REQUEST_TTL_MS: milliseconds
    .default(DEFAULT_REQUEST_TTL_MS)
    .describe('how long a place in the queue is kept without another poll'),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * The settings of a deployed function, from its environment variables. An empty variable is as good as none, since
 * Terraform and shells set what has no value so.
 * @throws MasonError ENVIRONMENT_INVALID naming every variable that is wrong
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: [key], message }) => {
    const name = String(key);
    return `${name} ${name in set ? message : 'is not set'} (${descriptionOf(name)})`;
  });
  throw new MasonError('ENVIRONMENT_INVALID', `the environment is not set right: ${faults.join('; ')}`);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function descriptionOf(name: string): string {
  const schemas: Readonly<Record<string, z.ZodType>> = environmentSchema.shape;
  return schemas[name]?.description ?? '';
}
