import * as z from 'zod';

import { parseDocument, parseJson } from '../../parseDocument.ts';
import {
  contentRecordSchema,
  typeRecordSchema,
  type ContentRecord,
  type TypeRecord,
} from '../../typeRecord.ts';
import type { Kind } from '../store/kind.ts';

/** A type's pointer, and which contents of it are stored. */
export interface TypeDocument {
  readonly spec: TypeRecord;
  readonly hashes: readonly string[];
}

const hashesSchema = z.array(z.string());

/** The config of one type. As JSON, since its keys may be any. */
export const types: Kind<TypeDocument> = {
  collection: 'types',
  encode: ({ spec, hashes }) => ({ type: spec.type, doc: JSON.stringify(spec), hashes }),
  decode: ({ doc, hashes }, id) => {
    const what = `the type ${id}`;
    return {
      spec: parseDocument(parseJson(doc), { schema: typeRecordSchema, what }),
      hashes: parseDocument(hashes, { schema: hashesSchema, what }),
    };
  },
};

const headSchema = z.object({ stores: z.number() });

/** One document, which every change of the config writes: two that come at once must not mix. */
export const configHead: Kind<z.infer<typeof headSchema>> = {
  collection: 'configs',
  encode: ({ stores }) => ({ stores }),
  decode: (fields, id) => parseDocument(fields, { schema: headSchema, what: `the config's ${id}` }),
};
export const HEAD = 'head';

/** What members of a type were built from. Immutable. */
export const contents: Kind<ContentRecord> = {
  collection: 'contents',
  encode: (content) => ({ type: content.type, hash: content.hash, doc: JSON.stringify(content) }),
  decode: ({ doc }, id) =>
    parseDocument(parseJson(doc), { schema: contentRecordSchema, what: `the config ${id}` }),
};

export const contentId = (type: string, hash: string): string => `${type}/${hash}`;
