import { describe, expect, test } from '@jest/globals';

import { jsonView } from '../../../shared/local/view/jsonView.ts';
import { lineView } from '../../../shared/local/view/lineView.ts';
import { renderFrame } from '../../../shared/local/view/tableView.ts';
import { renderEnd } from '../../../shared/local/view/renderEnd.ts';
import type { EndInfo, View } from '../../../shared/local/view/view.ts';
import { canvas, event, overview } from './fixtures.ts';

const start = { url: 'http://127.0.0.1:8377', data: '.mason', config: 'mason.yaml' };
const end = (given: Partial<EndInfo> = {}): EndInfo => ({
  reason: 'idle',
  exitCode: 0,
  why: [],
  elapsedMs: 1_234,
  ...given,
});
const working = overview({ verdict: { kind: 'working', reasons: ['cluster: 1 dirty'] } });

function written(show: (view: View) => void, make: (write: (line: string) => void) => View): string[] {
  const lines: string[] = [];
  show(make((line) => lines.push(line)));
  return lines;
}

describe('lines for a log', () => {
  const lines = (show: (view: View) => void) => written(show, (write) => lineView(write, canvas(160)));

  test('begin with the URL, the config, the data and how to stop', () => {
    const text = lines((view) => {
      view.started(start);
    }).join('\n');
    for (const part of [start.url, 'config   mason.yaml', 'data     .mason', 'Ctrl-C', 'npx mason status']) {
      expect(text).toContain(part);
    }
  });

  test('have what they name one below the other, and what leases one', () => {
    const shown = lines((view) => {
      view.started({ ...start, console: `${start.url}/console`, lends: true });
    });
    expect(shown.slice(0, 5)).toEqual([
      'Mason runs on http://127.0.0.1:8377',
      '  console  http://127.0.0.1:8377/console',
      '  config   mason.yaml',
      '  data     .mason',
      '  lease    npx mason run TYPE -- COMMAND',
    ]);
  });

  test('name the server in what is to be typed, where it is not the default one', () => {
    const text = lines((view) => {
      view.started({ ...start, url: 'http://127.0.0.1:9000', lends: true });
    }).join('\n');
    expect(text).toContain('npx mason run TYPE --url http://127.0.0.1:9000 -- COMMAND');
    expect(text).toContain('npx mason status --url http://127.0.0.1:9000, npx mason --help');
  });

  test('tell each event but those of debugging, and the pools when they have come to rest', () => {
    const shown = lines((view) => {
      view.looked(working);
      view.happened(event());
      view.happened(event({ severity: 'DEBUG', message: 'noise' }));
      view.looked(overview());
      view.looked(overview());
    });
    expect(shown.join('\n')).not.toContain('noise');
    expect(shown[0]).toContain('cluster-1: clean done');
    expect(shown.filter((line) => line.startsWith('VIRTUAL'))).toHaveLength(1);
    expect(shown.at(-1)).toBe('Every pool is at its size.');
  });

  test('end the first rest with what to do next', () => {
    const shown = lines((view) => {
      view.looked(overview(), 'npx mason run cluster -- true');
    });
    expect(shown.at(-1)).toBe('Use one: npx mason run cluster -- true');
  });
});

describe('JSON for programs', () => {
  test('is one object a line, the pools only when they have changed', () => {
    const lines = written(
      (view) => {
        view.started(start);
        view.looked(working);
        view.looked(working);
        view.happened(event({ message: 'two\nlines' }));
        view.looked(overview());
        view.ended(end({ reason: 'stuck', exitCode: 3 }));
      },
      (write) => jsonView(write, () => 0),
    );
    const parsed = lines.map((line) => JSON.parse(line) as { event: string; time: string; severity: string });
    expect(parsed.map(({ event: name }) => name)).toEqual([
      'started',
      'pools',
      'constructed',
      'pools',
      'ended',
    ]);
    expect(parsed.every(({ time }) => !Number.isNaN(Date.parse(time)))).toBe(true);
    expect(parsed[0]).toMatchObject(start);
    expect(parsed.at(-1)).toMatchObject({ reason: 'stuck', exitCode: 3, severity: 'ERROR' });
  });
});

describe('the screen', () => {
  const many = Array.from({ length: 50 }, (_, n) => event({ message: `cluster-${n}: clean done` }));

  test('has the table whole and as many of the last events as there is room for', () => {
    const lines = renderFrame({ overview: overview(), use: null, events: many }, { ...canvas(80), rows: 24 });
    expect(lines).toHaveLength(24);
    expect(lines[0]).toContain('VIRTUAL');
    expect(lines.at(-1)).toContain('cluster-49');
  });

  test('has the table alone where there is no room', () => {
    const seen = { overview: overview(), use: null, events: many };
    expect(renderFrame(seen, { ...canvas(80), rows: 5 }).join('\n')).not.toContain('cluster-49');
  });

  test('says what to do next when there is something to be had', () => {
    const seen = {
      overview: overview(),
      use: 'npx mason run cluster -- printenv MASON_DATA_URL',
      events: [],
    };
    const lines = renderFrame(seen, { ...canvas(80), rows: 24 });
    const verdict = lines.indexOf('Every pool is at its size.');
    expect(lines[verdict + 1]).toBe('Use one: npx mason run cluster -- printenv MASON_DATA_URL');
  });

  test('says that the config is refused, where, and how to see the rest', () => {
    const faults = Array.from({ length: 9 }, (_, n) => `mason.yaml:${n}:1: error: no`);
    const refused = overview({
      config: { file: 'mason.yaml', faults },
      verdict: { kind: 'working', reasons: ['x'] },
    });
    const text = renderFrame({ overview: refused, use: null, events: [] }, { ...canvas(80), rows: 24 }).join(
      '\n',
    );
    expect(text).toContain('mason.yaml is refused, and the last good config stays in force:');
    expect(text).toContain('mason.yaml:3:1: error: no');
    expect(text).toContain('… and 5 more: npx mason check mason.yaml');
    expect(text).toContain('At work: x');
  });
});

describe('the last lines', () => {
  test.each<[Partial<EndInfo>, string]>([
    [{}, 'Idle after 1.2 s, and stopped.'],
    [{ reason: 'signal' }, 'Stopped. The next start goes on from here.'],
    [{ reason: 'stuck', why: ['cluster: 1 in quarantine'] }, 'npx mason retry NAME'],
    [{ reason: 'timeout', why: ['cluster: 1 in clean'] }, 'cluster: 1 in clean'],
  ])('%j', (given, text) => {
    expect(renderEnd(end(given), canvas(80)).join('\n')).toContain(text);
  });
});
