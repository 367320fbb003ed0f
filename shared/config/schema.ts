import * as z from 'zod';

import { MOST_REAP_STATES } from '../runtime/reapStates.ts';
import { duration, durationOr, lifespan } from './duration.ts';
import { LONGEST_RESOURCE_NAME, RESOURCE_NAME } from './resourceName.ts';

/**
 * The config file, as a schema. From here come the checks, the types below and the JSON Schema for editors; what one
 * resource means to another is checked under rules/. The descriptions continue sentences ("Add type, …") and are shown
 * by editors. Boskos's keys and their meaning: common/common.go and common/config.go of kubernetes-sigs/boskos.
 */

const resourceName = z
  .string()
  .regex(RESOURCE_NAME)
  .max(LONGEST_RESOURCE_NAME)
  .meta({
    description:
      "a resource's name: at most 253 characters out of a-z, 0-9, - and ., beginning and ending with a letter or digit",
    examples: ['project-1'],
  });

const count = z.int().min(0);

/** As many as the record of a resource keeps. */
const MOST_FAILURES = 20;

const janitorSettings = z
  .looseObject({
    type: z
      .string()
      .min(1)
      .meta({ description: 'the cleaner that empties used resources of this type', examples: ['None'] }),
  })
  .meta({
    description: 'how used resources of this type are emptied, with the settings of that cleaner',
    examples: [{ type: 'None' }],
  });

const masonFields = z.object({
  'max-attempts': z
    .int()
    .min(1)
    .prefault(5)
    .meta({
      description: 'the failures after which a member goes to quarantine: a whole number above 0',
      examples: [5],
    }),
  'construct-timeout': duration.prefault('30m').meta({
    description: 'the time that one attempt at building a member may take, in units of h, m, s or ms',
    examples: ['30m'],
  }),
  // 15 is the original's -cleaner-count.
  'max-constructing': z
    .int()
    .min(1)
    .prefault(15)
    .meta({ description: 'how many members are built at once: a whole number above 0', examples: [15] }),
  'retry-base': duration.prefault('10s').meta({
    description: 'the pause after the first failure, in units of h, m, s or ms; it doubles with each',
    examples: ['10s'],
  }),
  'retry-max': duration.prefault('10m').meta({
    description: 'the longest pause between two attempts, in units of h, m, s or ms',
    examples: ['10m'],
  }),
  patience: duration.prefault('1m').meta({
    description:
      'how long a member keeps what it could have while another need can not be met, in units of h, m, s or ms',
    examples: ['1m'],
  }),
  paused: z
    .boolean()
    .prefault(false)
    .meta({ description: 'true to begin nothing new for this type', examples: [true] }),
  'lease-expiry': durationOr('off')
    .optional()
    .meta({
      description:
        'how long an owner may hold a member without a sign of life, in units of h, m, s or ms; off: for ever',
      examples: ['30m'],
    }),
  'reap-states': z
    .array(
      z
        .string()
        .min(1)
        .meta({ description: 'a state', examples: ['busy'] }),
    )
    .max(MOST_REAP_STATES)
    .optional()
    .meta({
      description: `the states in which owners must give signs of life: a list of at most ${MOST_REAP_STATES}`,
      examples: [['busy', 'cleaning', 'leased']],
    }),
  'quarantine-hold': durationOr(0)
    .prefault('24h')
    .meta({
      description:
        'how long a member in quarantine keeps what it is made of, for a person to look, in units of h, m, s or ms; 0: not at all',
      examples: ['24h'],
    }),
  'suspect-after': count
    .max(MOST_FAILURES)
    .prefault(3)
    .meta({
      description: `the failures in a row after which what members were made of is set aside: a whole number up to ${MOST_FAILURES}; 0: never`,
      examples: [3],
    }),
  janitor: janitorSettings.optional(),
});

const masonSettings = masonFields.transform((fields) => ({
  maxAttempts: fields['max-attempts'],
  constructTimeoutMs: fields['construct-timeout'],
  maxConstructing: fields['max-constructing'],
  retryBaseMs: fields['retry-base'],
  retryMaxMs: fields['retry-max'],
  patienceMs: fields.patience,
  paused: fields.paused,
  janitor: fields.janitor ?? null,
  leaseExpiryMs: fields['lease-expiry'] ?? null,
  reapStates: fields['reap-states'] ?? null,
  quarantineHoldMs: fields['quarantine-hold'],
  suspectAfter: fields['suspect-after'],
}));

const builderConfig = z.object({
  type: z
    .string()
    .min(1)
    .meta({ description: 'the Masonable that builds the members', examples: ['Command'] }),
  content: z.string().prefault('').meta({
    description:
      "the Masonable's settings as a text of YAML, best as a block: content: | and the settings indented below",
  }),
});

/** One entry of `resources`. Keys that aren't here are read over, as by Boskos, except slips of the pen. */
export const resourceEntry = z.object({
  type: z
    .string()
    .min(1)
    .meta({ description: 'what its resources are called together', examples: ['gce-project'] }),
  state: z
    .string()
    .prefault('free')
    .meta({
      description: 'the state in which its resources begin: dirty if they have to be built first',
      examples: ['dirty'],
    })
    .transform((state) => state || 'free'),
  names: z
    .array(resourceName)
    .prefault([])
    .meta({
      description: 'the resources that there are; without it they are made from min-count to max-count',
      examples: [['project-1']],
    }),
  'min-count': count
    .prefault(0)
    .meta({ description: 'the least number of members that are kept: a whole number', examples: [2] }),
  'max-count': count.prefault(0).meta({
    description: 'the greatest number of members that are made: a whole number above 0',
    examples: [5],
  }),
  lifespan: lifespan.optional(),
  needs: z
    .record(
      z.string(),
      count.meta({ description: 'how many of it one member is made of: a whole number', examples: [1] }),
    )
    .transform((needs) => Object.fromEntries(Object.entries(needs).filter(([, amount]) => amount > 0)))
    .prefault({})
    .meta({
      description: 'what one member is made of: a whole number for each type',
      examples: [{ 'gce-project': 1 }],
    }),
  config: builderConfig
    .optional()
    .meta({ description: 'what builds the members: {type, content}', examples: [{ type: 'Command' }] }),
  mason: masonSettings.prefault({}).meta({
    description: "this Mason's own settings of the type; a Boskos server reads over them",
    examples: [{ 'max-attempts': 5 }],
  }),
});

export const configFile = z.object({
  resources: z
    .array(resourceEntry)
    .min(1)
    .meta({
      description: 'a list of types and their resources',
      examples: [[{ type: 'gce-project', names: ['project-1'] }]],
    }),
});

/** The keys that a Boskos server knows, by where they stand; Go reads them in any case. */
export const BOSKOS_KEYS = {
  file: Object.keys(configFile.shape),
  entry: Object.keys(resourceEntry.shape).filter((key) => key !== 'mason'),
  config: Object.keys(builderConfig.shape),
} as const;

export const MASON_KEYS: readonly string[] = Object.keys(masonFields.shape);

/** What holds where `mason:` says nothing. */
export const MASON_DEFAULTS: MasonSettings = masonSettings.parse({});

export type ResourceEntry = z.output<typeof resourceEntry>;

/** What `mason:` says of a type, with the defaults filled in. Times in milliseconds. */
export type MasonSettings = Readonly<z.output<typeof masonSettings>>;

/** Static: these resources exist. Dynamic: the pool is kept at `min` members or more and never grows beyond `max`. */
export type PoolSize =
  | { readonly kind: 'static'; readonly names: readonly string[] }
  | { readonly kind: 'dynamic'; readonly min: number; readonly max: number };

/** One type of resources: the entry of that type, or all its entries if it has several static ones. */
export interface ResourceConfig {
  readonly type: string;
  /** The state in which a new resource begins; `free` unless the config says another. */
  readonly state: string;
  readonly size: PoolSize;
  /** How old a free member may get, in milliseconds; null if it may grow old. Dynamic types only, as in Boskos. */
  readonly lifespanMs: number | null;
  /** How many of each other type one member is made of; all above 0. */
  readonly needs: Readonly<Record<string, number>>;
  readonly config: { readonly type: string; readonly content: string } | null;
  /** `config.type` is registered here, so this Mason builds its members. */
  readonly managed: boolean;
  readonly mason: MasonSettings;
}

export interface MasonConfig {
  readonly resources: readonly ResourceConfig[];
}
