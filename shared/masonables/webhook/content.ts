import * as z from 'zod';

import { duration } from '../../config/duration.ts';
import { faultOfUrl } from './address.ts';
import { SECRET_VARIABLE } from './secrets.ts';

const address = (description: string) =>
  z
    .string()
    .superRefine((url, context) => {
      const fault = faultOfUrl(url);
      if (fault !== null) add(context, fault);
    })
    .meta({ description, examples: ['https://builder.example/environments'] });

const auth = z
  .strictObject({
    type: z.enum(['hmac', 'id-token', 'none']).meta({
      description: 'how the server knows that it is Mason who calls: hmac, id-token or none',
      examples: ['hmac'],
    }),
    secret: z
      .string()
      // What is written here by mistake may be the secret itself, so no fault repeats it.
      .superRefine((name, context) => {
        if (SECRET_VARIABLE.test(name)) return;
        add(context, { message: 'it is not the name of a variable for it', cure: SECRET_CURE });
      })
      .meta({
        description: 'the environment variable of Mason that holds the secret',
        examples: ['MASON_WEBHOOK_SECRET'],
      })
      .optional(),
    audience: z
      .string()
      .min(1)
      .meta({
        description: 'whom the ID token is for, if that is not the origin of the url',
        examples: ['https://builder-1234.run.app'],
      })
      .optional(),
  })
  .superRefine(({ type, secret, audience }, context) => {
    if (type === 'hmac' && secret === undefined)
      add(context, { key: 'secret', message: 'hmac needs a secret', cure: SECRET_CURE });
    if (type !== 'hmac' && secret !== undefined)
      add(context, { key: 'secret', message: 'it goes with hmac only', cure: `Delete it, or ${HMAC}` });
    if (type !== 'id-token' && audience !== undefined)
      add(context, {
        key: 'audience',
        message: 'it goes with id-token only',
        cure: `Delete it, or ${ID_TOKEN}`,
      });
  })
  .meta({
    description: 'how the server knows that it is Mason who calls',
    examples: [{ type: 'hmac', secret: 'MASON_WEBHOOK_SECRET' }],
  });

const SECRET_CURE =
  'Set an environment variable that begins with MASON_WEBHOOK_ where Mason runs, and write its name here; the secret itself belongs in no config';
const HMAC = 'write type: hmac';
const ID_TOKEN = 'write type: id-token';

interface Said {
  readonly key?: string;
  readonly message: string;
  readonly cure: string;
}

/** `cure` is what the check of the config advises. */
function add(context: z.RefinementCtx, { key, message, cure }: Said): void {
  context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message, params: { cure } });
}

const settings = {
  url: address('the https URL that is called'),
  auth,
  timeout: duration.prefault('30s').meta({
    description: 'how long an answer may take: a duration in units of h, m, s or ms',
    examples: ['30s'],
  }),
};

/** The settings of the cleaner `Webhook`. */
export const cleanContent = z.strictObject(settings);
export type CleanContent = z.infer<typeof cleanContent>;

/** The content of the Masonable `Webhook`. */
export const webhookContent = z.strictObject({
  ...settings,
  'destroy-url': address('the https URL that is called to destroy, if it is another one').optional(),
});
export type WebhookContent = z.infer<typeof webhookContent>;
