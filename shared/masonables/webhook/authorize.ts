import { messageOf } from '../messageOf.ts';
import { failed } from './fault.ts';
import { idOf, type WebhookCall } from './order.ts';
import type { WebhookParts } from './parts.ts';
import { readSecrets } from './secrets.ts';
import { signatureOf } from './signature.ts';

/** The headers that say who calls, and what of them may stand in no message. */
export interface Authorized {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** @throws WebhookFault */
export async function authorize(call: WebhookCall, body: string, parts: WebhookParts): Promise<Authorized> {
  const id = idOf(call);
  const timestamp = Math.floor(parts.clock.now() / 1_000);
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp) };
  const { auth } = call.content;
  switch (auth.type) {
    case 'none':
      return { headers, secrets: [] };
    case 'hmac': {
      const secrets = await readSecrets(auth.secret ?? '', parts);
      const keys = secrets.map(({ key }) => key);
      return {
        headers: { ...headers, 'webhook-signature': signatureOf({ id, timestamp, body }, keys) },
        secrets: secrets.map(({ text }) => text),
      };
    }
    case 'id-token': {
      const authorization = await idToken(auth.audience ?? new URL(call.url).origin, parts);
      return { headers: { ...headers, authorization }, secrets: [authorization.replace(/^\S+ /, '')] };
    }
  }
}

async function idToken(audience: string, parts: WebhookParts): Promise<string> {
  const cure = 'Mason must run as a service account';
  let reason = 'the account has none';
  try {
    const authorization = await parts.idToken(audience);
    if (authorization !== null) return authorization;
  } catch (error) {
    reason = messageOf(error).slice(0, 200);
  }
  throw failed(`there is no ID token for ${audience} (${reason}). ${cure}`);
}
