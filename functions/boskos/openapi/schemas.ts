// JSON Schema 2020-12, which OpenAPI 3.1 takes as it is.

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const counts = { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } } as const;

const identity = {
  type: { ...text, description: 'Its type, as the config names it.' },
  name: { ...text, description: 'Names are unique over all types.' },
  state: { ...text, description: 'free, busy, dirty, … or a word of your own.' },
  owner: { ...text, description: 'Empty: nobody holds it.' },
  lastupdate: { ...time, description: 'Its last acquire, update or release.' },
} as const;

const expiration = {
  'expiration-date': { ...time, description: 'When its lifespan ends. Left out where it has none.' },
} as const;

const leased = {
  leased: {
    type: 'array',
    items: text,
    minItems: 1,
    description: 'Of /resources/{name}: the resources that it is made of. Left out where there are none.',
  },
} as const;

const userData = {
  type: 'object',
  additionalProperties: text,
  description: 'What its owner, or Mason, has stored with it. It may hold credentials.',
} as const;

const required = ['type', 'name', 'state', 'owner', 'lastupdate'] as const;

/** Everything that an answer or a body consists of, by the name under which it stands in `components`. */
export const schemas = {
  Resource: {
    type: 'object',
    properties: { ...identity, userdata: userData, ...expiration },
    required: [...required, 'userdata'],
    additionalProperties: false,
  },
  PublicResource: {
    description: 'A resource for those who look on: without its user data.',
    type: 'object',
    properties: { ...identity, ...expiration, ...leased },
    required,
    additionalProperties: false,
  },
  Page: {
    type: 'object',
    properties: {
      resources: { type: 'array', items: { $ref: '#/components/schemas/PublicResource' } },
      after: {
        type: ['string', 'null'],
        description: 'There are more: ask for those after this name. Null: there are none.',
      },
    },
    required: ['resources', 'after'],
    additionalProperties: false,
  },
  Metric: {
    type: 'object',
    properties: {
      type: text,
      current: { ...counts, description: 'State → resources in it.' },
      owner: { ...counts, description: 'Owner → resources in his hands. Empty: nobody’s.' },
    },
    required: ['type', 'current', 'owner'],
    additionalProperties: false,
  },
  UserDataChange: {
    type: ['object', 'null'],
    additionalProperties: { type: ['string', 'null'] },
    description: 'Merged into the user data. An empty value, or null, deletes its key.',
  },
  FormerOwners: {
    type: 'object',
    additionalProperties: text,
    description: 'Name → who held it before.',
  },
} as const;

export type SchemaName = keyof typeof schemas;
