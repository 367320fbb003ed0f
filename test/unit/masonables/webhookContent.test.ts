import { describe, expect, test } from '@jest/globals';

import { formatFault } from '../../../shared/config/fault.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import { openRegistry } from '../../../shared/runtime/compose.ts';

/** What `mason check` knows, also where programs may not be run. */
const registry = openRegistry({ commands: false });
const known = { masonables: registry.masonableSchemas(), cleaners: registry.cleanerSchemas() };

/** What `mason check` says of a config whose content begins in line 12, column 9. */
const faultsOf = (...content: readonly string[]): string[] =>
  readConfig({ text: configWith(content), file: 'f' }, known).faults.map((fault) =>
    formatFault(fault).replace(/^f:/, ''),
  );

const configWith = (content: readonly string[]): string => `resources:
- type: disk
  state: free
  names: [disk-1]
  mason: {janitor: {type: Webhook, url: 'https://cleaner.example', auth: {type: id-token}}}
- type: environment
  state: dirty
  max-count: 1
  config:
    type: Webhook
    content: |
${content.map((line) => `        ${line}\n`).join('')}`;

const URL = 'url: https://builder.example/environments';
const AUTH = 'auth: {type: hmac, secret: MASON_WEBHOOK_SECRET}';

describe('What mason check says of Webhook', () => {
  test.each([
    [[URL, AUTH]],
    [[URL, AUTH, 'timeout: 2m', 'destroy-url: https://builder.example/destroy']],
    [['url: http://localhost:8080/', 'auth: {type: none}']],
    [['url: http://127.0.0.1:8080/', 'auth: {type: id-token, audience: builder}']],
    [["url: 'http://[::1]:8080/'", AUTH]],
  ])('is nothing of %j', (content) => {
    expect(faultsOf(...content)).toEqual([]);
  });

  const SECRET_CURE =
    'Set an environment variable that begins with MASON_WEBHOOK_ where Mason runs, and write its name here; the secret itself belongs in no config';
  test.each<[string, readonly string[], string]>([
    [
      'no url',
      [AUTH],
      '12:9: error: url is missing. Add url (the https URL that is called), like url: https://builder.example/environments',
    ],
    [
      'no auth',
      [URL],
      '12:9: error: auth is missing. Add auth (how the server knows that it is Mason who calls), like auth: {"type":"hmac","secret":"MASON_WEBHOOK_SECRET"}',
    ],
    [
      'a URL that is none',
      ['url: builder.example', AUTH],
      '12:14: error: url: it is no https URL. Write a whole one, like https://builder.example/environments',
    ],
    [
      'http elsewhere',
      ['url: http://builder.example/', AUTH],
      '12:14: error: url: http is for this machine alone (localhost). Write https:// instead of http://',
    ],
    [
      'http to what only looks like this machine',
      ['url: http://localhost.example/', AUTH],
      '12:14: error: url: http is for this machine alone (localhost). Write https:// instead of http://',
    ],
    [
      'a password in the URL',
      ['url: https://me:hunter2@builder.example/', AUTH],
      '12:14: error: url: it has a user or a password in it. Take them out: auth says who calls',
    ],
    [
      'a fragment',
      [URL, 'destroy-url: https://builder.example/#destroy', AUTH],
      '13:22: error: destroy-url: it has a #, and no server sees what follows. Take that out',
    ],
    [
      'another auth',
      [URL, 'auth: {type: basic}'],
      '13:22: error: type is the text "basic", which is none of hmac, id-token, none. Write how the server knows that it is Mason who calls: hmac, id-token or none, like type: hmac',
    ],
    [
      'no secret',
      [URL, 'auth: {type: hmac}'],
      `13:15: error: secret is missing. Add secret (the environment variable of Mason that holds the secret), like secret: MASON_WEBHOOK_SECRET`,
    ],
    [
      'the secret itself',
      [URL, 'auth: {type: hmac, secret: whsec_c2VzYW1l}'],
      `13:36: error: secret: it is not the name of a variable for it. ${SECRET_CURE}`,
    ],
    [
      "a variable that is none of a webhook's",
      [URL, 'auth: {type: hmac, secret: MASON_BASIC_PASSWORD_FILE}'],
      `13:36: error: secret: it is not the name of a variable for it. ${SECRET_CURE}`,
    ],
    [
      'a secret that nobody uses',
      [URL, 'auth: {type: id-token, secret: MASON_WEBHOOK_SECRET}'],
      '13:40: error: secret: it goes with hmac only. Delete it, or write type: hmac',
    ],
    [
      'an audience that nobody uses',
      [URL, 'auth: {type: none, audience: builder}'],
      '13:38: error: audience: it goes with id-token only. Delete it, or write type: id-token',
    ],
    [
      'a timeout without a unit',
      [URL, AUTH, 'timeout: 30'],
      '14:18: error: timeout is the number 30, not a text. Write how long an answer may take: a duration in units of h, m, s or ms, like timeout: 30s',
    ],
    [
      'an unknown key',
      [URL, AUTH, 'destroy: https://x'],
      '14:9: error: destroy is not a key of content. Delete it; what can stand here: url, auth, timeout, destroy-url',
    ],
  ])('%s', (_, content, fault) => {
    expect(faultsOf(...content)).toEqual([fault]);
  });

  test('of a cleaner, which destroys nothing', () => {
    const text = configWith([URL, AUTH]).replace(
      'auth: {type: id-token}',
      'auth: {type: none}, destroy-url: x',
    );
    expect(readConfig({ text, file: 'f' }, known).faults.map(formatFault)).toEqual([
      expect.stringMatching(/^f:5:\d+: error: destroy-url is not a key of \S+/),
    ]);
  });
});
