import { LONGEST_VALUE_BYTES } from '../../../shared/http/handler.ts';
import type { SchemaName } from './schemas.ts';

// What operations are written with.

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required: boolean;
  readonly description: string;
  readonly schema: object;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, Response>>;
}

const word = { type: 'string', minLength: 1, maxLength: LONGEST_VALUE_BYTES } as const;

export const needed = (name: string, description: string): Parameter => ({
  name,
  in: 'query',
  required: true,
  description,
  schema: word,
});

export const optional = (name: string, description: string, schema: object = word): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});

const TEXT = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json';

export const refToSchema = (name: SchemaName): object => ({ $ref: `#/components/schemas/${name}` });

/** JSON that is sent as text, as the original does. */
export const asText = (description: string, schema: object): Response => ({
  description: `${description} JSON, though it is sent as text.`,
  content: { [TEXT]: { schema } },
});

export const asJson = (description: string, schema: object): Response => ({
  description,
  content: { [JSON_TYPE]: { schema } },
});

export const empty = (description: string): Response => ({ description });

/** One line of text for people. */
export const told = (description: string, headers: Response['headers'] = {}): Response => ({
  description,
  ...(Object.keys(headers).length > 0 && { headers }),
  content: { [TEXT]: { schema: { type: 'string' } } },
});

/** What can come of any call. */
export const ANYWHERE: Operation['responses'] = {
  '401': told('Credentials are missing or wrong, where the server asks for them.'),
  '403': told('The server knows the caller, and he may not do this.'),
  '413': told('The body, or what the user data would become, is larger than 512 KiB.'),
  '500': told('A fault in Mason itself: its log has the reason.'),
  '503': told('The ledger can not be reached, or is busy.', {
    'Retry-After': { description: 'Seconds until another try.', schema: { type: 'integer' } },
  }),
};

export const MISSING = told('A parameter is missing or longer than 1,024 bytes.');
