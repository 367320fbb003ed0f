import { MasonError } from '../../errors.ts';
import type { LeasedResources, MasonableResource } from '../port.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command finds in its environment besides what it inherits and what its `env` says. */
export interface CommandFacts {
  readonly resource: MasonableResource;
  readonly leased: LeasedResources;
  readonly cycle: number;
  readonly action: string;
}

/**
 * What a command inherits. Everything else stays out, so that it works alike wherever Mason runs and gets no
 * credentials that were meant for Mason: `env` hands on what it needs.
 */
export const INHERITED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ'],
  ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES'],
  // A command behind a proxy, or a private certificate authority, reaches nothing without these.
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
] as const;

/** The prefix of the variables that are Mason's: a command's `env` may set none of them. */
export const RESERVED = 'MASON_';

/**
 * A command's whole environment: what it inherits, its own `env` over that, Mason's variables over both.
 * @throws MasonError COMMAND_FAILED, where two needed types give the same variable
 */
export function commandEnvironment(
  inherited: Environment,
  own: Readonly<Record<string, string>>,
  facts: CommandFacts,
): Record<string, string> {
  const kept = INHERITED.flatMap((name) => {
    const value = inherited[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    ...own,
    MASON_RESOURCE: facts.resource.name,
    MASON_RESOURCE_TYPE: facts.resource.type,
    MASON_CYCLE: String(facts.cycle),
    MASON_ACTION: facts.action,
    ...leaseVariables(facts.leased),
  };
}

/** `MASON_LEASED_GCP_PROJECT=a,b` for the type gcp-project: names hold no comma (DNS-1123 subdomains). */
function leaseVariables(leased: LeasedResources): Record<string, string> {
  const types = new Map<string, string>();
  const variables: Record<string, string> = {};
  for (const [type, resources] of Object.entries(leased)) {
    const variable = `MASON_LEASED_${type.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
    const other = types.get(variable);
    if (other !== undefined) {
      const message = `the needed types ${other} and ${type} both give the variable ${variable}: rename one of them`;
      throw new MasonError('COMMAND_FAILED', message);
    }
    types.set(variable, type);
    variables[variable] = resources.map(({ name }) => name).join(',');
  }
  return variables;
}
