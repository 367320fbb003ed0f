import * as z from 'zod';
import { configFile } from './schema.ts';

/** The config file's JSON Schema (draft 2020-12), made from the schema that checks it: for editors. */
export function configJsonSchema(): object {
  return {
    title: 'Resources of Boskos and Mason',
    ...z.toJSONSchema(configFile, { target: 'draft-2020-12', io: 'input' }),
  };
}
