import { metrics, openapi, resource, resources } from './beyond.ts';
import {
  ANYWHERE,
  asJson,
  asText,
  empty,
  JSON_TYPE,
  MISSING,
  needed,
  optional,
  refToSchema,
  told,
  type Operation,
} from './parts.ts';

const owner = needed('owner', 'Who calls: the name under which he holds what he gets.');
const name = needed('name', 'The resource.');
const type = needed('type', 'The type, as the config names it.');

/** Where a call that must wait stands. */
const place = {
  'Mason-Queue-Position': {
    description: 'Where the caller stands in the line, from 1. Without request_id: behind it.',
    schema: { type: 'integer', minimum: 1 },
  },
  'Mason-Queue-Length': {
    description: 'How many stand in the line.',
    schema: { type: 'integer', minimum: 1 },
  },
};

const touched = {
  '401': told('Another one holds it (owner mismatch), or credentials are missing or wrong.'),
  '404': told('There is no such resource.'),
} as const;

const acquire: Operation = {
  operationId: 'acquire',
  summary: 'Takes the resource that has been longest in its state.',
  parameters: [
    type,
    needed('state', 'The state that it is in: free.'),
    needed('dest', 'The state that it gets: busy, say.'),
    owner,
    optional(
      'request_id',
      'Keeps a place in the line from call to call, for 30 s after each. The same request gets the same resource again until it is updated or released.',
    ),
  ],
  responses: {
    ...ANYWHERE,
    '200': asText('The resource, now the caller’s.', refToSchema('Resource')),
    '400': MISSING,
    '404': told(
      'None is there for the caller, or the type is unknown: then without a place in the line.',
      place,
    ),
  },
};

const acquireByState: Operation = {
  operationId: 'acquireByState',
  summary: 'Takes these resources, all or none.',
  parameters: [
    needed('state', 'The state that each is in.'),
    needed('dest', 'The state that each gets.'),
    owner,
    {
      ...needed('names', 'The resources, separated by commas.'),
      schema: { type: 'string', minLength: 1 },
    },
  ],
  responses: {
    ...ANYWHERE,
    '200': asText('The resources, now the caller’s.', { type: 'array', items: refToSchema('Resource') }),
    '400': MISSING,
    '404': told('Not all of them are there, in that state, and nobody’s.'),
  },
};

const release: Operation = {
  operationId: 'release',
  summary: 'Gives a resource back.',
  parameters: [name, needed('dest', 'The state that it gets: dirty, say.'), owner],
  responses: { ...ANYWHERE, '200': empty('It is given back.'), '400': MISSING, ...touched },
};

const update: Operation = {
  operationId: 'update',
  summary: 'A sign of life from its owner, who may change its user data.',
  parameters: [name, needed('state', 'The state that it is in.'), owner],
  requestBody: {
    required: false,
    description: 'Read whatever its Content-Type. What follows the first JSON value is not looked at.',
    content: { [JSON_TYPE]: { schema: refToSchema('UserDataChange') } },
  },
  responses: {
    ...ANYWHERE,
    '200': empty('It is updated.'),
    '400': told('A parameter is missing or too long, or the body is no map of texts.'),
    ...touched,
    '409': told('It is in another state.'),
  },
};

const reset: Operation = {
  operationId: 'reset',
  summary: 'Takes resources from owners who gave no sign of life.',
  parameters: [
    type,
    needed('state', 'The state that they are in.'),
    needed('expire', 'For how long there was no sign of life, in Go’s form: 30m.'),
    needed('dest', 'The state that they get.'),
  ],
  responses: {
    ...ANYWHERE,
    '200': asText('Whose they were.', refToSchema('FormerOwners')),
    '400': told('A parameter is missing or too long, or expire is no duration.'),
  },
};

const metric: Operation = {
  operationId: 'metric',
  summary: 'How many of a type are in which state, and in whose hands.',
  parameters: [type],
  responses: {
    ...ANYWHERE,
    '200': asJson('The counts.', refToSchema('Metric')),
    '400': MISSING,
    '404': told('There is no resource of that type.'),
  },
};

/** Path → method → operation. */
export const paths = {
  '/acquire': { post: acquire },
  '/acquirebystate': { post: acquireByState },
  '/release': { post: release },
  '/update': { post: update },
  '/reset': { post: reset },
  '/metric': { get: metric },
  '/resources': { get: resources },
  '/resources/{name}': { get: resource },
  '/metrics': { get: metrics },
  '/openapi.json': { get: openapi },
} as const;
