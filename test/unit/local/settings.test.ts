import { describe, expect, test } from '@jest/globals';

import { readSettings } from '../../../shared/local/settings.ts';

function read(...argv: string[]) {
  const written: string[] = [];
  const write = { out: (text: string) => written.push(text), err: (text: string) => written.push(text) };
  return { settings: () => readSettings(argv, write), written };
}

describe('the flags of npm start', () => {
  test('what holds without any', () => {
    expect(read().settings()).toEqual({
      config: 'infra/examples/local/resources.yaml',
      data: '.mason',
      port: 8377,
      untilIdle: false,
      timeoutMs: 120_000,
      json: false,
      consoleActions: false,
      consoleUserData: false,
      only: null,
      boskos: null,
      requestTtlMs: 30_000,
      leaseExpiryMs: 1_800_000,
      reapStates: ['busy', 'cleaning', 'leased'],
    });
  });

  test('all of them', () => {
    const argv = [
      '--config',
      'a.yaml',
      '--data',
      ':memory:',
      '--port',
      '0',
      '--until-idle',
      '--timeout',
      '1m30s',
      '--json',
      '--console-actions',
      '--console-user-data',
      '--request-ttl',
      '3s',
      '--lease-expiry',
      '1h',
      '--reap-states',
      'busy,testing',
    ];
    expect(read(...argv).settings()).toEqual({
      config: 'a.yaml',
      data: ':memory:',
      port: 0,
      untilIdle: true,
      timeoutMs: 90_000,
      json: true,
      consoleActions: true,
      consoleUserData: true,
      only: null,
      boskos: null,
      requestTtlMs: 3_000,
      leaseExpiryMs: 3_600_000,
      reapStates: ['busy', 'testing'],
    });
  });

  test('another server has a ledger of its own, and a password only where there is a file of it', () => {
    const url = 'https://boskos.example';
    expect(read('--boskos-url', url).settings()).toMatchObject({
      boskos: { url, auth: { kind: 'none' } },
      data: '.mason/http',
    });
    expect(read('--boskos-url', url, '--boskos-password-file', 'p').settings()).toMatchObject({
      boskos: { url, auth: { kind: 'basic', user: 'mason', passwordFile: 'p' } },
    });
    expect(
      read('--boskos-url', url, '--boskos-user', 'bob', '--boskos-password-file', 'p').settings(),
    ).toMatchObject({ boskos: { auth: { user: 'bob' } } });
    expect(read('--boskos-url', url, '--only', 'boskos').settings).toThrow('--boskos-url');
    expect(read('--boskos-password-file', 'p').settings).toThrow('--boskos-url only');
    for (const user of ['bob', 'mason'])
      expect(read('--boskos-url', url, '--boskos-user', user).settings).toThrow(
        '--boskos-user goes with --boskos-password-file only',
      );
  });

  test('Boskos’s API alone has a ledger of its own', () => {
    expect(read('--only', 'boskos').settings()).toMatchObject({ only: 'boskos', data: '.mason/boskos' });
    expect(read('--only', 'boskos', '--data', 'd').settings()).toMatchObject({ data: 'd' });
  });

  test.each([
    [['--only', 'mason'], 'Allowed choices are boskos'],
    [['--only', 'boskos', '--until-idle'], 'waits for Mason'],
    [['--request-ttl', '10'], 'a duration such as 90s'],
    [['--reap-states', 'busy,free'], 'states in which somebody uses a resource'],
    [['--prot', '1'], 'Did you mean --port?'],
    [['--port', '65536'], 'number from 0 to 65535'],
    [['--port', '1e3'], 'number from 0 to 65535'],
    [['--port', ''], 'number from 0 to 65535'],
    [['--until-idle', '--timeout', '10'], 'a duration such as 90s'],
    [['--until-idle', '--timeout', '-1s'], 'a duration such as 90s'],
    [['--timeout', '1s'], 'goes with --until-idle only'],
    [['start'], 'too many arguments'],
  ])('%j is refused: %s', (argv, message) => {
    const { settings, written } = read(...argv);
    expect(settings).toThrow(expect.objectContaining({ exitCode: 1 }));
    expect(written.join('')).toContain(message);
    expect(written.join('')).toContain('--help');
  });

  test('--help tells the exit codes', () => {
    const { settings, written } = read('--help');
    expect(settings).toThrow(expect.objectContaining({ exitCode: 0 }));
    expect(written.join('')).toContain('3 something is in quarantine');
  });
});
