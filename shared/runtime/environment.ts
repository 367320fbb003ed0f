import { z } from 'zod';

import { MasonError } from '../errors.ts';

const DEFAULT_LEASE_EXPIRY_MS = 30 * 60_000;
const DEFAULT_REQUEST_TTL_MS = 30_000;

const environmentSchema = z.object({
  MASON_CONFIG: z.string().min(1).describe("Path of the config file, in Boskos's form."),
  MASON_LEDGER: z.string().min(1).describe('Path of the SQLite ledger, or :memory:.'),
  MASON_INSTALLATION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'takes 1 to 40 of a-z, 0-9 and -')
    .default('mason')
    .describe('Names this Mason in the owners of its leases.'),
  MASON_MASONABLES: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter((specifier) => specifier !== ''))
    .describe('Modules that register more Masonables and cleaners, separated by commas.'),
  MASON_COMMANDS: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Whether Command may be used. On: whoever writes the config can run programs here.'),
  MASON_LEASE_EXPIRY_MS: z.coerce.number().int().min(1000).default(DEFAULT_LEASE_EXPIRY_MS),
  MASON_REQUEST_TTL_MS: z.coerce.number().int().min(1000).default(DEFAULT_REQUEST_TTL_MS),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * The settings of a deployed function, from its environment variables.
 * @throws MasonError ENVIRONMENT_INVALID naming every variable that is wrong
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = environmentSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new MasonError('ENVIRONMENT_INVALID', `the environment is not set right: ${faults.join('; ')}`);
}
