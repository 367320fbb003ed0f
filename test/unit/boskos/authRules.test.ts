import { expect, test } from '@jest/globals';

import { readEnvironment } from '../../../shared/runtime/environment.ts';
import { readOwnerRules } from '../../../shared/runtime/ownerRules.ts';

test.each([
  ['{local}', [{ email: null, pattern: '{local}' }]],
  [
    ' {email} ,, ci:{local}:* ',
    [
      { email: null, pattern: '{email}' },
      { email: null, pattern: 'ci:{local}:*' },
    ],
  ],
  ['Bot@P.example=mason-*', [{ email: 'bot@p.example', pattern: 'mason-*' }]],
  ['bot@p.example=*', [{ email: 'bot@p.example', pattern: '*' }]],
  ['bot@p.example={local}/*', [{ email: 'bot@p.example', pattern: '{local}/*' }]],
])('%j is read', (text, rules) => {
  expect(readOwnerRules(text)).toEqual(rules);
});

test.each([
  ['', 'names no pattern'],
  [' , ', 'names no pattern'],
  ['shared', 'binds nobody'],
  ['*', 'binds nobody'],
  ['{local}*', 'needs a / or : between the caller and *'],
  ['{local}-*', 'needs a / or :'],
  ['a/{local}*', 'needs a / or :'],
  ['*{local}', 'a * at the end only'],
  ['{local}/*/*', 'a * at the end only'],
  ['{user}', 'knows {email} and {local} only'],
  ['{local', 'knows {email} and {local} only'],
  ['{local},{x}', 'knows {email} and {local} only'],
])('%j is refused', (text, fault) => {
  expect(readOwnerRules(text)).toEqual({ fault: expect.stringContaining(fault) });
});

test.each([
  [
    { MASON_AUTH: 'none', MASON_OWNER_PATTERN: '{local}' },
    'MASON_OWNER_PATTERN goes with MASON_AUTH=iam, not none',
  ],
  [
    { MASON_AUTH: 'basic', MASON_BASIC_PASSWORD_FILE: 'f', MASON_RESET_CALLERS: 'a' },
    'MASON_RESET_CALLERS goes with',
  ],
  [{ MASON_AUTH: 'basic' }, 'MASON_BASIC_PASSWORD_FILE is not set'],
  [{ MASON_BASIC_PASSWORD_FILE: 'f' }, 'MASON_BASIC_PASSWORD_FILE goes with MASON_AUTH=basic, not iam'],
  [{ MASON_BASIC_USER: 'a:b' }, 'MASON_BASIC_USER takes a name without a colon'],
  [{ MASON_AUTH: 'IAM' }, 'MASON_AUTH takes iam, basic or none'],
  [{ MASON_OWNER_PATTERN: 'shared' }, 'MASON_OWNER_PATTERN needs {email} or {local}'],
])('%j is refused: a door would be open that looks shut', (variables, message) => {
  expect(() => readEnvironment({ MASON_CONFIG: 'a', MASON_LEDGER: ':memory:', ...variables })).toThrow(
    message,
  );
});
