import * as z from 'zod';

import type { HttpCall } from '../handler.ts';

export type Caller = { readonly email: string } | { readonly fault: string };

const claimsSchema = z.object({ email: z.email(), email_verified: z.literal(true) });

/**
 * Whom Cloud Run has let in, by the ID token that IAM checked. The claims are only read: Cloud Run takes the signature
 * away before it hands the token on, so they can't be verified again, and are worth something only where IAM is enforced.
 *
 * A token with its signature was not checked: that is a service that lets anybody in, where these claims would be
 * anybody's own words. It doesn't stop a forger there, but no honest caller gets through, so that it is noticed.
 */
export function readCaller(headers: HttpCall['headers']): Caller {
  // The one that Cloud Run checks if both are there: the other is then handed on as it came, and may say anything.
  const header = headers['x-serverless-authorization'] ?? headers['authorization'];
  const [, payload, signature] = /^bearer +[\w-]+\.([\w-]+)\.([\w-]*)$/i.exec(String(header ?? '')) ?? [];
  if (payload === undefined || signature === undefined)
    return { fault: 'there is no ID token with the call' };
  if (signature !== '' && signature !== SIGNATURE_REMOVED)
    return { fault: 'its ID token was not checked, for Cloud Run does not enforce IAM here' };
  const claims = claimsSchema.safeParse(jsonOf(payload));
  return claims.success
    ? { email: claims.data.email.toLowerCase() }
    : { fault: 'its ID token names no email (with gcloud and a service account: --include-email)' };
}

/** https://cloud.google.com/run/docs/troubleshooting#signature-removed */
const SIGNATURE_REMOVED = 'SIGNATURE_REMOVED_BY_GOOGLE';

function jsonOf(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
}
