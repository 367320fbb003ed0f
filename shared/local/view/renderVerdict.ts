import type { ConfigState, Verdict } from '../../api/wire.ts';
import { cut, tame } from './cells.ts';
import type { Canvas } from './renderPools.ts';

const FAULTS_SHOWN = 4;

/** The config's faults, if it has any, and in one line how things stand. */
export function renderVerdict(
  { verdict, config }: { readonly verdict: Verdict; readonly config: ConfigState },
  { columns, paint }: Canvas,
): string[] {
  return [...renderFaults(config, { columns, paint }), renderKind(verdict, { columns, paint })];
}

function renderFaults({ file, faults }: ConfigState, { columns, paint }: Canvas): string[] {
  if (faults.length === 0) return [];
  const more = faults.length - FAULTS_SHOWN;
  const lines = [
    `${file} is refused, and the last good config stays in force:`,
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${fault}`),
    ...(more > 0 ? [`  … and ${more} more: npx mason check ${file}`] : []),
  ];
  return lines.map((line) => paint('red', cut(tame(line), columns)));
}

function renderKind({ kind, reasons }: Verdict, { columns, paint }: Canvas): string {
  const said = tame(reasons.join('; '));
  switch (kind) {
    case 'idle':
      return paint('green', cut('Every pool is at its size.', columns));
    case 'working':
      return paint('yellow', cut(`At work: ${said}`, columns));
    case 'stuck':
      return paint('red', cut(`Stuck: ${said}`, columns));
  }
}
