import * as z from 'zod';

import { duration } from '../../config/duration.ts';
import { KINDS } from './kinds.ts';

/** A glob: `*` stands for any characters; before a slash, the kind. */
const PATTERN = /^([A-Za-z]+\/)?[a-z0-9*-]+$/;
const LABEL = /^[a-z][a-z0-9_-]{0,62}(=[a-z0-9_-]{0,63})?$/;

const kindName = z
  .enum(KINDS.map(({ collection }) => collection))
  .meta({ description: 'a kind of things, as the API calls it', examples: ['images'] });

const namePattern = z
  .string()
  .regex(PATTERN)
  .superRefine((pattern, context) => {
    const [kind, name] = pattern.split('/');
    if (name === undefined || KINDS.some(({ collection }) => collection === kind)) return;
    const known = KINDS.map(({ collection }) => collection).join(', ');
    context.addIssue({
      code: 'custom',
      message: `there is no kind ${kind ?? ''}`,
      params: { cure: `Write one of ${known} before the slash` },
    });
  })
  .meta({
    description:
      'a name in which * stands for any characters, with the kind before a slash if only that is meant',
    examples: ['firewalls/allow-*'],
  });

/** The settings of the cleaner `GCPProject`. README.md says what they do. */
export const gcpProjectSettings = z.strictObject({
  'keep-labels': z
    .array(
      z
        .string()
        .regex(LABEL)
        .meta({ description: 'a label, as key or key=value', examples: ['keep=true'] }),
    )
    .prefault([])
    .meta({
      description: 'a list of labels: what has one of them stays for good',
      examples: [['keep', 'team=infra']],
    }),
  'keep-names': z
    .array(namePattern)
    .prefault([])
    .meta({
      description: 'a list of names: what is called so stays for good',
      examples: [['shared-*', 'firewalls/allow-*']],
    }),
  'keep-kinds': z
    .array(kindName)
    .prefault([])
    .meta({ description: 'a list of kinds of which everything stays for good', examples: [['images']] }),
  'keep-created-before': z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'is neither a day nor a time with its zone',
    })
    .transform((text) => Date.parse(text))
    .meta({
      description: 'a day, or a time with its zone: what is older stays for good',
      examples: ['2026-01-31'],
    })
    .optional(),
  'keep-younger-than': duration
    .meta({
      description:
        'how old a thing must be before it is deleted, until when the project is not free: a duration in units of h, m, s or ms',
      examples: ['1h'],
    })
    .optional(),
  'keep-default-network': z
    .boolean()
    .prefault(true)
    .meta({
      description: 'whether the network `default` stays, with what Google makes with it',
      examples: [false],
    }),
  'dry-run': z
    .boolean()
    .prefault(false)
    .meta({
      description: 'whether it only says what it would delete; then no project gets free',
      examples: [true],
    }),
});
export type GcpProjectSettings = z.infer<typeof gcpProjectSettings>;
