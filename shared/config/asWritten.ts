import * as z from 'zod';

import { innerOf, schemaAt } from './schemaAt.ts';
import { toValue, type Tree } from './yaml/tree.ts';

/**
 * The plain value of a tree, where what looks like a number stays the text that was written if its schema says so
 * (`.meta({ asWritten: true })`): the version 1.30 is not the number 1.3. A Boskos server, too, reads it so into a text.
 */
export function valueFor(tree: Tree, schema: z.core.$ZodType | null): unknown {
  if (schema === null) return toValue(tree);
  switch (tree.kind) {
    case 'scalar':
      return typeof tree.value === 'number' && isAsWritten(schema) ? tree.text : tree.value;
    case 'list':
      return tree.items.map((item, index) => valueFor(item, schemaAt(schema, [index])));
    case 'map':
      return Object.fromEntries(
        [...tree.entries].map(([key, { value }]) => [key, valueFor(value, schemaAt(schema, [key]))]),
      );
  }
}

/** Of the schema itself or of what it wraps. */
function isAsWritten(schema: z.core.$ZodType): boolean {
  if (z.globalRegistry.get(schema)?.['asWritten'] === true) return true;
  const inner = innerOf(schema);
  return inner !== null && isAsWritten(inner);
}
