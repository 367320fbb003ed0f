import { ANYWHERE, asJson, optional, refToSchema, told, type Operation } from './parts.ts';

// What the original does not have, or elsewhere.

export const resources: Operation = {
  operationId: 'listResources',
  summary: 'Resources by name, page by page. Not in the original.',
  parameters: [
    optional('type', 'Only those of this type.'),
    optional('state', 'Only those in this state.'),
    optional('owner', 'Only those in these hands.'),
    optional('limit', 'How many at most; 1,000 by default.', { type: 'integer', minimum: 1, maximum: 1_000 }),
    optional('after', 'Only those whose names come after this one.'),
  ],
  responses: {
    ...ANYWHERE,
    '200': asJson('A page.', refToSchema('Page')),
    '400': told('limit is none, or a parameter is too long.'),
  },
};

export const resource: Operation = {
  operationId: 'showResource',
  summary: 'One resource. Not in the original.',
  parameters: [
    {
      name: 'name',
      in: 'path',
      required: true,
      description: 'The resource.',
      schema: { type: 'string', minLength: 1 },
    },
  ],
  responses: {
    ...ANYWHERE,
    '200': asJson('The resource.', refToSchema('PublicResource')),
    '404': told('There is no such resource.'),
  },
};

export const metrics: Operation = {
  operationId: 'metrics',
  summary: 'Metrics in Prometheus’s text format. The original has them on another port.',
  parameters: [],
  responses: {
    ...ANYWHERE,
    '200': {
      description: 'The metrics.',
      content: { 'text/plain; version=0.0.4; charset=utf-8': { schema: { type: 'string' } } },
    },
    '404': told('Nothing is measured here.'),
  },
};

export const openapi: Operation = {
  operationId: 'openapi',
  summary: 'This document. Not in the original.',
  parameters: [],
  responses: { ...ANYWHERE, '200': asJson('The document.', { type: 'object' }) },
};
