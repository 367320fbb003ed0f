import { acquire } from './acquire/acquire.ts';
import { claims } from './claims/claims.ts';
import { coldStart } from './coldStart/coldStart.ts';
import { cost } from './cost/cost.ts';
import { recovery } from './recovery.ts';
import { shares } from './shares/shares.ts';
import { sync } from './sync.ts';
import { lifecycle } from './lifecycle.ts';
import { limits } from './limits/limits.ts';
import type { Bench } from './bench.ts';
import { original } from './original/original.ts';
import { whatIsMissing } from './original/program.ts';
import { printBench } from './print.ts';

// Google's clients would look for a metadata server before they talk to an emulator.
process.env['METADATA_SERVER_DETECTION'] ??= 'none';

const BENCHES: Readonly<Record<string, Bench>> = {
  lifecycle,
  shares,
  sync,
  recovery,
  claims,
  acquire,
  cost,
  limits,
  'cold-start': coldStart,
  original,
};

const [name, ...rest] = process.argv.slice(2);
const chosen = name === undefined ? Object.keys(BENCHES) : [name];
const unknown = chosen.filter((wanted) => !(wanted in BENCHES));
if (unknown.length > 0 || rest.length > 0) {
  console.error(`usage: npm run bench [-- NAME], NAME one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 64;
} else {
  for (const wanted of chosen) {
    const bench = BENCHES[wanted];
    // Who asks for every bench need not have Go; who asks for this one is told by an error.
    const missing = bench === original && name === undefined ? await whatIsMissing() : undefined;
    if (missing !== undefined) console.error(`${wanted}: SKIPPED: ${missing}`);
    else if (bench !== undefined) await printBench(wanted, bench);
  }
}
