import * as z from 'zod';

import { readLocation } from '../config/location.ts';
import { MasonError } from '../errors.ts';
import { readLedgerChoice, readTopicsChoice } from './choices.ts';
import type { BoskosPlace } from './boskosPlace.ts';
import { readOwnerRules } from './ownerRules.ts';
import { readReapStates } from './reapStates.ts';

const milliseconds = z
  .string()
  .regex(/^\d{4,15}$/, 'takes a whole number of milliseconds, 1000 at least')
  .transform(Number);
const onOrOff = z.enum(['on', 'off'], 'takes on or off').prefault('off');
const httpUrl = z.url({ protocol: /^https?$/, error: 'takes an http:// or https:// URL' });

/** What each variable means. The table in README.md is of these words. */
export const environmentSchema = z
  .object({
    MASON_CONFIG: z
      .string()
      .transform(chosenBy(readLocation))
      .describe(
        "the config, in Boskos's form: a path, https://…, gs://BUCKET/OBJECT, or firestore:COLLECTION/DOCUMENT with its field text",
      ),
    MASON_LEDGER: z
      .string()
      .transform(chosenBy(readLedgerChoice))
      .describe('the ledger: path of a SQLite file, :memory:, firestore or firestore:DATABASE'),
    MASON_TOPICS: z
      .string()
      .transform(chosenBy(readTopicsChoice))
      .prefault('local')
      .describe(
        'where messages go: local keeps them in the process; pubsub or pubsub:PREFIX publishes to PREFIX + entry point, PREFIX being mason- by default',
      ),
    MASON_INSTALLATION: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'takes 1 to 40 of a-z, 0-9 and -')
      .prefault('mason')
      .describe('names this Mason in the owners of its leases'),
    MASON_MASONABLES: z
      .string()
      .transform(listOf)
      .prefault('')
      .describe('modules that register more Masonables and cleaners, separated by commas'),
    MASON_COMMANDS: z
      .enum(['on', 'off'], 'takes on or off')
      .prefault('off')
      .describe('whether Command may be used; on: whoever writes the config can run programs here'),
    MASON_LEASE_EXPIRY_MS: milliseconds
      .prefault('1800000')
      .describe('how long a user may hold a resource without a sign of life'),
    MASON_REAP_STATES: z
      .string()
      .transform(chosenBy(readReapStates))
      .prefault('busy,cleaning,leased')
      .describe('the states in which that holds, separated by commas; a type may say otherwise for both'),
    MASON_REQUEST_TTL_MS: milliseconds
      .prefault('30000')
      .describe('how long a place in the queue is kept without another poll'),
    MASON_AUTH: z
      .enum(['iam', 'basic', 'none'], 'takes iam, basic or none')
      .prefault('iam')
      .describe(
        'who may call boskos and console: iam leaves it to Cloud Run, basic asks for a password, none is for private networks',
      ),
    MASON_OWNER_PATTERN: z
      .string()
      .transform(chosenBy(readOwnerRules))
      .optional()
      .describe(
        'which owners a caller known to IAM may use, such as {local},{local}/*; only where Cloud Run enforces IAM',
      ),
    MASON_RESET_CALLERS: z
      .string()
      .transform((text) => listOf(text.toLowerCase()))
      .optional()
      .describe(
        'emails of those who may call /reset; by default everybody, but nobody with MASON_OWNER_PATTERN',
      ),
    MASON_BASIC_USER: z
      .string()
      .regex(/^[^:\p{Cc}]+$/u, 'takes a name without a colon')
      .prefault('mason')
      .describe('the user that MASON_AUTH=basic asks for'),
    MASON_BASIC_PASSWORD_FILE: z
      .string()
      .optional()
      .describe(
        'the file with its password, read again when it changes; each line is one, so that they can overlap',
      ),
    MASON_CONSOLE_ACTIONS: onOrOff.describe(
      'whether whoever may open the console may also give orders, there and by the mason command',
    ),
    MASON_CONSOLE_USER_DATA: onOrOff.describe(
      'whether the console shows user data to who asks for it; it may hold credentials',
    ),
    MASON_BOSKOS_URL: httpUrl
      .optional()
      .describe('an existing Boskos server to work on; without it, the ledger keeps the resources itself'),
    MASON_BOSKOS_AUTH: z
      .enum(['none', 'basic', 'id-token'], 'takes none, basic or id-token')
      .optional()
      .describe(
        'how that server is called: none, with a password, or with the ID token of this service account; none by default',
      ),
    MASON_BOSKOS_USER: z
      .string()
      .regex(/^[^:\p{Cc}]+$/u, 'takes a name without a colon')
      .prefault('mason')
      .describe('the user for MASON_BOSKOS_AUTH=basic'),
    MASON_BOSKOS_PASSWORD_FILE: z
      .string()
      .optional()
      .describe('the file with the password for it, read again at each call'),
    GOOGLE_CLOUD_PROJECT: z
      .string()
      .regex(/^[a-z][a-z0-9.:-]{1,100}$/, "takes a project's ID")
      .optional()
      .describe('project of Firestore, Pub/Sub and the traces that the log names'),
    OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl
      .optional()
      .describe('switches OpenTelemetry on: spans go to v1/traces below this URL'),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl
      .optional()
      .describe('the same, with the whole URL; it goes before the other'),
    OTEL_EXPORTER_OTLP_HEADERS: z
      .string()
      .optional()
      .describe('headers that the collector wants, as key=value,…; read by the exporter itself'),
    OTEL_SERVICE_NAME: z.string().prefault('mason').describe('names this Mason in its spans'),
  })
  .superRefine(checkAuth)
  .superRefine(checkBoskos);
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

interface AuthVariables {
  readonly MASON_AUTH: 'iam' | 'basic' | 'none';
  readonly MASON_OWNER_PATTERN?: unknown;
  readonly MASON_RESET_CALLERS?: unknown;
  readonly MASON_BASIC_PASSWORD_FILE?: string | undefined;
}

/** A setting that its MASON_AUTH would pass over is a mistake that leaves a door open. */
function checkAuth(variables: AuthVariables, context: z.RefinementCtx): void {
  const { MASON_AUTH: auth, MASON_BASIC_PASSWORD_FILE: file } = variables;
  const refuse = (name: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [name], message });
  };
  for (const name of ['MASON_OWNER_PATTERN', 'MASON_RESET_CALLERS'] as const)
    if (auth !== 'iam' && variables[name] !== undefined)
      refuse(name, `goes with MASON_AUTH=iam, not ${auth}: it is IAM that knows who calls`);
  if (auth === 'basic' && file === undefined) refuse('MASON_BASIC_PASSWORD_FILE', 'is needed');
  if (auth !== 'basic' && file !== undefined)
    refuse('MASON_BASIC_PASSWORD_FILE', `goes with MASON_AUTH=basic, not ${auth}`);
}

interface BoskosVariables {
  readonly MASON_BOSKOS_URL?: string | undefined;
  readonly MASON_BOSKOS_AUTH?: 'none' | 'basic' | 'id-token' | undefined;
  readonly MASON_BOSKOS_PASSWORD_FILE?: string | undefined;
}

function checkBoskos(variables: BoskosVariables, context: z.RefinementCtx): void {
  const { MASON_BOSKOS_URL: url, MASON_BOSKOS_AUTH: auth, MASON_BOSKOS_PASSWORD_FILE: file } = variables;
  const refuse = (name: keyof BoskosVariables, message: string): void => {
    context.addIssue({ code: 'custom', path: [name], message });
  };
  if (url === undefined && auth !== undefined) refuse('MASON_BOSKOS_AUTH', 'goes with MASON_BOSKOS_URL');
  if (auth === 'basic' && file === undefined) refuse('MASON_BOSKOS_PASSWORD_FILE', 'is needed');
  if (auth !== 'basic' && file !== undefined)
    refuse('MASON_BOSKOS_PASSWORD_FILE', 'goes with MASON_BOSKOS_AUTH=basic');
}

/** The server that Mason is to work on; null: none, the ledger keeps the resources itself. */
export function boskosPlaceOf(environment: Environment): BoskosPlace | null {
  const {
    MASON_BOSKOS_URL: url,
    MASON_BOSKOS_AUTH: kind = 'none',
    MASON_BOSKOS_USER: user,
    MASON_BOSKOS_PASSWORD_FILE: passwordFile = '',
  } = environment;
  if (url === undefined) return null;
  if (kind === 'basic') return { url, auth: { kind, user, passwordFile } };
  return { url, auth: { kind: kind === 'none' ? 'none' : 'idToken' } };
}

/** Makes a reader of text, which says what is wrong with it, a part of the schema. */
function chosenBy<Choice extends object>(read: (text: string) => Choice | { readonly fault: string }) {
  return (text: string, context: z.RefinementCtx): Choice => {
    const choice = read(text);
    if (!('fault' in choice)) return choice;
    context.addIssue({ code: 'custom', message: choice.fault });
    return z.NEVER;
  };
}

/** The URL that spans are sent to; null: OpenTelemetry is off. */
export function tracesUrlOf(environment: Environment): string | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = environment;
  if (whole !== undefined) return whole;
  return base === undefined ? null : `${base.replace(/\/+$/, '')}/v1/traces`;
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
