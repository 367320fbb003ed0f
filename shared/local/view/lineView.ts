import { renderPools, type Canvas } from './renderPools.ts';
import { renderLogLine } from './renderEvent.ts';
import { renderStart } from './renderStart.ts';
import { renderEnd } from './renderEnd.ts';
import { renderUse } from './renderUse.ts';
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
    looked(overview, use = null) {
      const { kind } = overview.verdict;
      if (kind === verdict) return;
      verdict = kind;
      if (kind === 'working') return;
      const lines = [
        ...renderPools(overview.pools, canvas),
        ...renderVerdict(overview, canvas),
        ...renderUse(use, canvas.columns),
      ];
      for (const line of lines) write(line);
    },
    ended(info) {
      for (const line of renderEnd(info, canvas)) write(line);
    },
  };
}
