import type * as z from 'zod';

import { MasonError } from '../errors.ts';
import { LONGEST_VALUE_BYTES } from '../http/handler.ts';
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

/**
 * What the ledger is to be asked for.
 * @throws MasonError MESSAGE_INVALID if it is longer than a ledger takes
 */
export function checkedValue(key: string, value: string): string {
  if (Buffer.byteLength(value) <= LONGEST_VALUE_BYTES) return value;
  throw new MasonError('MESSAGE_INVALID', `${key} is longer than ${LONGEST_VALUE_BYTES} bytes`);
}

/** Whose order it is, where that is known: for the history. */
export const byOf = ({ by }: ApiRequest): Pick<ApiRequest, 'by'> => (by === undefined ? {} : { by });

/** Lets the compiler check an answer against its schema. */
export const typed = async <Schema extends z.ZodType>(
  _: Schema,
  answer: z.input<Schema>,
): Promise<z.input<Schema>> => answer;
