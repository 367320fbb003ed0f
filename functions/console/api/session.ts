import type { HttpAnswer, HttpCall } from '../../../shared/http/handler.ts';
import { answerJson } from '../answer.ts';
import type { ConsoleParts } from '../parts.ts';
import { tokenIn } from '../token.ts';

/**
 * What the page may do, for whom, and the token that its orders must carry. It is the same as in a cookie that no other site's
 * page can make a browser send, nor read: so any instance knows it again.
 */
export function openSession(
  { settings, callerOf, deadLetters, newToken }: ConsoleParts,
  { headers }: HttpCall,
): HttpAnswer {
  const { title, actions, userData, refreshMs } = settings;
  const caller = callerOf(headers);
  const there = tokenIn(headers);
  const token = there ?? newToken();
  const isSecure = headers['x-forwarded-proto'] === 'https';
  const cookie = `mason-console=${token}; Path=/console; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  return answerJson(
    {
      ...{ title, actions, userData, refreshMs, token },
      caller: 'fault' in caller ? null : caller.email,
      seesDeadLetters: deadLetters !== null,
    },
    there === null ? { 'set-cookie': cookie } : {},
  );
}
