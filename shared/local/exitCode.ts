import { CommanderError } from 'commander';

import { ERRORS, MasonError } from '../errors.ts';
import { tameLines } from './view/cells.ts';

/** EX_SOFTWARE of sysexits.h. */
const FAULT_IN_MASON = 70;
/** EX_USAGE. */
const BAD_FLAG = ERRORS.ENVIRONMENT_INVALID.exit;

/** What a program that ends so tells its caller; what was wrong is said on standard error. */
export async function exitCodeOf(program: () => Promise<number>): Promise<number> {
  try {
    return await program();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_FLAG;
    if (error instanceof MasonError) {
      process.stderr.write(tameLines(`mason: ${error.message}\n`));
      return ERRORS[error.code].exit;
    }
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(tameLines(`mason: a fault in Mason itself: ${told}\n`));
    return FAULT_IN_MASON;
  }
}

/** Where a program writes what commander says of its flags. */
export const streams = {
  out: (text: string): boolean => process.stdout.write(text),
  err: (text: string): boolean => process.stderr.write(text),
};
