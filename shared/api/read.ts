import type * as z from 'zod';

import { MasonError } from '../errors.ts';
import type { ApiRequest } from './router.ts';

/**
 * The body of a request, as its schema has it.
 * @throws MasonError MESSAGE_INVALID
 */
export function read<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    `${path.join('.')}: ${message}`.replace(/^: /, ''),
  );
  throw new MasonError('MESSAGE_INVALID', `the body is not what is wanted here: ${faults.join('; ')}`);
}

/** Whose order it is, where that is known: for the history. */
export const byOf = ({ by }: ApiRequest): Pick<ApiRequest, 'by'> => (by === undefined ? {} : { by });

/** Lets the compiler check an answer against its schema. */
export const typed = async <Schema extends z.ZodType>(
  _: Schema,
  answer: z.input<Schema>,
): Promise<z.input<Schema>> => answer;
