import { renderPools, type Canvas } from './renderPools.ts';
import { renderLogLine } from './renderEvent.ts';
import { renderStart } from './renderStart.ts';
import { renderEnd } from './renderEnd.ts';
import { renderVerdict } from './renderVerdict.ts';
import type { View } from './view.ts';

/** Plain lines with times: for logs. The pools come whenever they have come to rest. */
export function lineView(write: (line: string) => void, canvas: Canvas): View {
  let verdict = '';
  return {
    started(info) {
      for (const line of renderStart(info)) write(line);
    },
    happened(event) {
      if (event.severity !== 'DEBUG') write(renderLogLine(event, canvas.paint));
    },
    looked(overview) {
      const { kind } = overview.verdict;
      if (kind === verdict) return;
      verdict = kind;
      if (kind === 'working') return;
      for (const line of [...renderPools(overview.pools, canvas), ...renderVerdict(overview, canvas)])
        write(line);
    },
    ended(info) {
      for (const line of renderEnd(info, canvas)) write(line);
    },
  };
}
