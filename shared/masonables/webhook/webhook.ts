import { constructed } from '../port.ts';
import type { Cleaner, CleanerConverter, ConfigConverter, Masonable } from '../port.ts';
import { readNothing, readUserData } from './answer.ts';
import { callWebhook } from './callWebhook.ts';
import { cleanContent, webhookContent } from './content.ts';
import type { CleanContent, WebhookContent } from './content.ts';
import type { WebhookParts } from './parts.ts';

/** The Masonable `Webhook`: a server of the user's constructs and destroys. README.md says what it is asked. */
export function webhookConverter(parts: WebhookParts): ConfigConverter<WebhookContent> {
  return { content: webhookContent, convert: (content) => createWebhook(content, parts) };
}

/** The cleaner `Webhook`: a server of the user's cleans a physical resource. */
export function webhookCleaner(parts: WebhookParts): CleanerConverter<CleanContent> {
  return { content: cleanContent, convert: (content) => createCleaner(content, parts) };
}

function createWebhook(content: WebhookContent, parts: WebhookParts): Masonable {
  const { url, 'destroy-url': destroyUrl = url } = content;
  return {
    construct: async (resource, leased, context) => {
      const call = { action: 'construct', url, content, resource, leased, context } as const;
      const answer = await callWebhook(call, readUserData, parts);
      return answer.done ? constructed(answer.value) : answer;
    },
    destroy: async (resource, leased, context) => {
      const call = { action: 'destroy', url: destroyUrl, content, resource, leased, context } as const;
      return callWebhook(call, readNothing, parts);
    },
  };
}

function createCleaner(content: CleanContent, parts: WebhookParts): Cleaner {
  return {
    clean: async (resource, context) => {
      const call = { action: 'clean', url: content.url, content, resource, leased: {}, context } as const;
      return callWebhook(call, readNothing, parts);
    },
  };
}
