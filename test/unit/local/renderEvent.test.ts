import { describe, expect, test } from '@jest/globals';

import { unpainted } from '../../../shared/local/view/paint.ts';
import { renderEvent, renderLogLine } from '../../../shared/local/view/renderEvent.ts';
import { canvas, event } from './fixtures.ts';

/** As wide as `notes-service`. */
const screen = (columns: number) => ({ ...canvas(columns), types: 13 });
const timeless = (line = ''): string => line.replace(/^\d\d:\d\d:\d\d/, 'TIME');

const NAME = '14011244-e494-4626-8e84-adc37d64dd58';

describe('an event in the terminal', () => {
  test.each([
    [100, 'TIME  notes-service  '],
    [80, 'TIME  notes…  '],
    [79, 'TIME  '],
  ])(
    'shows the name and what happened whole in %i columns, and the type as far as it goes',
    (columns, head) => {
      const waits = event({ message: `${NAME}: fulfill waits for supply`, type: 'notes-service' });
      const [line] = renderEvent(waits, screen(columns));
      expect(timeless(line)).toBe(`${head}${NAME}: fulfill waits for supply`.slice(0, columns - 4));
    },
  );

  test('stands below the one before: a short type, or none, is as wide', () => {
    const { type: _, ...untyped } = event({ message: 'the config is in force' });
    const lines = [event({ message: 'port-1: janitor done', type: 'port' }), untyped].flatMap((one) =>
      renderEvent(one, screen(100)).map(timeless),
    );
    expect(lines).toEqual([
      'TIME  port           port-1: janitor done',
      'TIME                 the config is in force',
    ]);
  });

  test('names the type once', () => {
    const made = event({ message: 'port: made port-1', type: 'port' });
    const [[wide = ''] = [], [narrow] = []] = [100, 60].map((columns) => renderEvent(made, screen(columns)));
    expect(wide).toMatch(/ {2}port {11}made port-1$/);
    expect(narrow).toMatch(/:\d\d {2}port: made port-1$/);
  });

  test('names others by how they begin, and its own resource whole', () => {
    const got = event({
      ...{ message: `${NAME}: fulfill done: port-1 and 6dd81840-b7a7-4c59-8dc8-300dbea7ff94` },
      ...{ type: 'notes-service', resource: NAME },
    });
    const [line] = renderEvent(got, screen(100));
    expect(timeless(line)).toBe(`TIME  notes-service  ${NAME}: fulfill done: port-1 and 6dd81840…`);
    expect(renderLogLine(got, unpainted)).toContain('port-1 and 6dd81840-b7a7-4c59-8dc8-300dbea7ff94');
  });

  test('gives the reason of a fault in lines of its own, up to five of them', () => {
    const message = ['cluster-1: it failed', 'one', 'two', 'three', 'four', 'five'].join('\n');
    const lines = renderEvent(event({ severity: 'WARNING', message }), screen(80)).map((line) => line.trim());
    expect(lines.slice(1)).toEqual(['one', 'two', 'three', 'four …']);
    expect(renderEvent(event({ severity: 'INFO', message }), screen(80))).toHaveLength(1);
  });

  test('wraps a long reason, and names the resource once', () => {
    const message = `${NAME}: construct of ${NAME}: the command "./build.sh" failed with exit code 7`;
    const lines = renderEvent(
      event({ severity: 'WARNING', message, resource: NAME, type: 'service' }),
      screen(70),
    );
    expect(lines.map((line) => line.slice(10))).toEqual([
      `${NAME}: construct: the command`,
      '"./build.sh" failed with exit code 7',
    ]);
  });

  test('lets no control character through', () => {
    const message = 'a\u001B]0;title\u0007b\u001B[2Jc\u0000d';
    const [line] = renderEvent(event({ message, type: 'x\u001B[1m' }), screen(80));
    expect(line).not.toMatch(/\p{Cc}/u);
  });
});

describe('an event in a log', () => {
  test('has its time in UTC, and its later lines indented', () => {
    const line = renderLogLine(event({ severity: 'ERROR', message: 'cluster-1: no\nbecause' }), unpainted);
    expect(line).toBe('2026-01-02T03:04:05.000Z ERROR cluster-1: no  cluster\n    because');
  });
});
