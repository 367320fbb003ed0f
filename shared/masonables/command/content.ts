import * as z from 'zod';

import { duration } from '../../config/duration.ts';
import { RESERVED } from './environment.ts';

const text = z.string().refine((value) => !value.includes('\0'), { error: 'it holds a NUL character' });

const argv = z
  .array(text)
  .min(1)
  .superRefine(([program], context) => {
    if (program === '') add(context, 0, { message: 'it is empty', cure: 'Write the program to run' });
  });

const env = z.record(z.string(), text).superRefine((variables, context) => {
  for (const name of Object.keys(variables)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const cure = 'Use letters, digits and underscores only, and no digit at the beginning';
      add(context, name, { message: 'a variable can not have this name', cure });
    } else if (name.startsWith(RESERVED)) {
      const message = `variables that begin with ${RESERVED} are Mason's own`;
      add(context, name, { message, cure: 'Give it another name' });
    }
  }
});

/** `cure` is what the check of the config advises. */
function add(context: z.RefinementCtx, key: string | number, said: { message: string; cure: string }): void {
  context.addIssue({ code: 'custom', path: [key], message: said.message, params: { cure: said.cure } });
}

const settings = {
  run: argv.meta({
    description: 'a list of the program and its arguments, which no shell reads',
    examples: [['./build.sh', '--verbose']],
  }),
  env: env.prefault({}).meta({
    description: 'variables for the program, besides the few that it inherits',
    examples: [{ REGION: 'europe-west1' }],
  }),
  timeout: duration.prefault('5m').meta({
    description: 'how long it may run before it is ended: a duration in units of h, m, s or ms',
    examples: ['5m'],
  }),
  directory: text
    .min(1)
    .meta({ description: "the program's working directory", examples: ['./environments'] })
    .optional(),
};

/** The settings of the cleaner `Command`. */
export const cleanContent = z.strictObject(settings);
export type CleanContent = z.infer<typeof cleanContent>;

/** The content of the Masonable `Command`. */
export const commandContent = z.strictObject({
  ...settings,
  destroy: argv
    .meta({
      description: 'a list of the program that deletes what `run` made and its arguments',
      examples: [['./destroy.sh']],
    })
    .optional(),
});
export type CommandContent = z.infer<typeof commandContent>;
