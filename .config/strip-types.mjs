import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const self = readFileSync(new URL(import.meta.url));

/**
 * Jest's transformer: Node's own type stripping. Types become blanks of the same length, so positions in stack traces
 * are those of the source and no source map is needed.
 */
export default {
  process(/** @type {string} */ source) {
    return { code: stripTypeScriptTypes(source) };
  },
  getCacheKey(/** @type {string} */ source, /** @type {string} */ path) {
    return createHash('sha256')
      .update(self)
      .update(process.version)
      .update(path)
      .update(source)
      .digest('hex');
  },
};
