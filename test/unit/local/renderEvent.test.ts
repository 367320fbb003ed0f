import { describe, expect, test } from '@jest/globals';

import { unpainted } from '../../../shared/local/view/paint.ts';
import { renderEvent, renderLogLine } from '../../../shared/local/view/renderEvent.ts';
import { canvas, event } from './fixtures.ts';

const NAME = '14011244-e494-4626-8e84-adc37d64dd58';

describe('an event in the terminal', () => {
  test('shows the name and what happened whole in 80 columns, and the type as far as it goes', () => {
    const [line] = renderEvent(
      event({ message: `${NAME}: fulfill waits for supply`, type: 'notes-service' }),
      canvas(80),
    );
    expect(line?.replace(/^\d\d:\d\d:\d\d/, 'TIME')).toBe(`TIME  ${NAME}: fulfill waits for supply  notes…`);
  });

  test('names the type once', () => {
    const [line] = renderEvent(event({ message: 'port: made port-1', type: 'port' }), canvas(80));
    expect(line).toMatch(/ {2}port: made port-1$/);
  });

  test('gives the reason of a fault in lines of its own, up to five of them', () => {
    const message = ['cluster-1: it failed', 'one', 'two', 'three', 'four', 'five'].join('\n');
    const lines = renderEvent(event({ severity: 'WARNING', message }), canvas(80)).map((line) => line.trim());
    expect(lines.slice(1)).toEqual(['one', 'two', 'three', 'four …']);
    expect(renderEvent(event({ severity: 'INFO', message }), canvas(80))).toHaveLength(1);
  });

  test('wraps a long reason, and names the resource once', () => {
    const message = `${NAME}: construct of ${NAME}: the command "./build.sh" failed with exit code 7`;
    const lines = renderEvent(
      event({ severity: 'WARNING', message, resource: NAME, type: 'service' }),
      canvas(70),
    );
    expect(lines.map((line) => line.slice(10))).toEqual([
      `${NAME}: construct: the command`,
      '"./build.sh" failed with exit code 7',
    ]);
  });

  test('lets no control character through', () => {
    const message = 'a\u001B]0;title\u0007b\u001B[2Jc\u0000d';
    const [line] = renderEvent(event({ message, type: 'x\u001B[1m' }), canvas(80));
    expect(line).not.toMatch(/\p{Cc}/u);
  });
});

describe('an event in a log', () => {
  test('has its time in UTC, and its later lines indented', () => {
    const line = renderLogLine(event({ severity: 'ERROR', message: 'cluster-1: no\nbecause' }), unpainted);
    expect(line).toBe('2026-01-02T03:04:05.000Z ERROR cluster-1: no  cluster\n    because');
  });
});
