import type { View } from './view.ts';

/** One JSON object a line, each with `time`, `severity` and `event`: for programs. */
export function jsonView(write: (line: string) => void, now: () => number): View {
  let shown = '';
  const say = (event: string, facts: object, severity = 'INFO'): void => {
    write(JSON.stringify({ time: new Date(now()).toISOString(), severity, event, ...facts }));
  };
  return {
    started: (info) => {
      say('started', { ...info, pid: process.pid });
    },
    happened: ({ at, severity, event, ...facts }) => {
      write(JSON.stringify({ time: new Date(at).toISOString(), severity, event, ...facts }));
    },
    looked: (overview) => {
      const now = JSON.stringify(overview);
      if (now !== shown) say('pools', overview);
      shown = now;
    },
    ended: (info) => {
      say('ended', info, info.exitCode === 0 ? 'INFO' : 'ERROR');
    },
  };
}
