import { stop } from './setUp.ts';

/** Jest's globalTeardown. */
export default stop;
