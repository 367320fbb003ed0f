import { readCaller, type Caller } from '../../shared/http/auth/caller.ts';
import type { HttpCall } from '../../shared/http/handler.ts';
import type { Environment } from '../../shared/runtime/environment.ts';

/** IAP itself: https://cloud.google.com/iap/docs/enabling-cloud-run */
const IAP_AGENT = /^service-\d+@gcp-sa-iap\.iam\.gserviceaccount\.com$/;

/** Who calls, by the choice of who may call. Without IAM only a name that stands for everybody is known. */
export const callerBy =
  ({ MASON_AUTH: auth, MASON_BASIC_USER: user }: Pick<Environment, 'MASON_AUTH' | 'MASON_BASIC_USER'>) =>
  (headers: HttpCall['headers']): Caller => {
    switch (auth) {
      case 'iam':
        return knownToIam(headers);
      case 'basic':
        return { email: user };
      case 'none':
        return { email: 'somebody' };
    }
  };

/**
 * Whom IAM let in; where that is IAP, it says for whom it calls. Its header is anybody's to send, and worth something only
 * because the token that Cloud Run checked is IAP's own.
 */
function knownToIam(headers: HttpCall['headers']): Caller {
  const caller = readCaller(headers);
  if ('fault' in caller || !IAP_AGENT.test(caller.email)) return caller;
  const header = String(headers['x-goog-authenticated-user-email'] ?? '');
  const [, email] = /^(?:accounts\.google\.com:)?([^\s:@]+@[^\s:@]+)$/.exec(header) ?? [];
  return email === undefined
    ? { fault: 'IAP does not say for whom it calls' }
    : { email: email.toLowerCase() };
}
