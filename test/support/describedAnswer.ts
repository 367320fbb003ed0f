import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { openapiDocument } from '../../functions/boskos/openapi/document.ts';
import type { Operation, Response } from '../../functions/boskos/openapi/parts.ts';

export interface DescribedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const { paths, components } = openapiDocument;
const PATHS: readonly (readonly [template: string, operations: Readonly<Record<string, Operation>>])[] =
  Object.entries(paths);

/**
 * What in an answer of the Boskos API is not as /openapi.json says; nothing: all is.
 * @param line `METHOD PATH`
 */
export function faultsOfAnswer(line: string, answer: DescribedAnswer): string[] {
  const [method = '', url = ''] = line.split(/ (.*)/s);
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const found = PATHS.find(([template]) => matches(template, path));
  // Where nothing is described, the document says so in words.
  if (found === undefined) return [200, 307, 400].includes(answer.status) ? [] : [`${answer.status}`];
  const operation = found[1][method.toLowerCase()];
  if (operation === undefined) return answer.status === 405 ? [] : [`${answer.status} to ${method}`];
  const response = operation.responses[String(answer.status)];
  if (response === undefined) return [`${answer.status} is not described`];
  return [
    ...unknownParameters(operation, query, answer.status),
    ...unknownHeaders(response, answer),
    ...faultsOfBody(response, answer),
  ];
}

function matches(template: string, path: string): boolean {
  const parts = template.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, at) => (part.startsWith('{') ? given[at] !== '' : part === given[at]))
  );
}

/** In a call that was good, each parameter must be a known one. */
function unknownParameters({ parameters }: Operation, query: string, status: number): string[] {
  if (status !== 200) return [];
  const names = [...new URLSearchParams(query).keys()];
  return names
    .filter((name) => !parameters.some((parameter) => parameter.name === name))
    .map((name) => `the parameter ${name} is not described`);
}

/** Those that a client may act on. */
const TELLING = /^(mason-|retry-after$|location$)/;

function unknownHeaders({ headers = {} }: Response, answer: DescribedAnswer): string[] {
  const known = Object.keys(headers).map((name) => name.toLowerCase());
  return Object.keys(answer.headers)
    .filter((name) => TELLING.test(name) && !known.includes(name))
    .map((name) => `the header ${name} is not described`);
}

function faultsOfBody({ content }: Response, { headers, body }: DescribedAnswer): string[] {
  const type = headers['content-type'];
  if (content === undefined) return body === '' && type === undefined ? [] : ['there is a body'];
  const schema = content[String(type)]?.schema;
  if (schema === undefined) return [`the type ${String(type)} is not described`];
  if ('type' in schema && schema.type === 'string') return [];
  const validate = validatorOf(schema);
  return validate(JSON.parse(body)) ? [] : [ajv.errorsText(validate.errors)];
}

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
  .addVocabulary(['components'])
  .addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
const validators = new Map<object, ValidateFunction>();

/** References in the schema lead into the document's components. */
function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema) ?? ajv.compile({ ...schema, components });
  validators.set(schema, known);
  return known;
}
