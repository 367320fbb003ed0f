import type { ConfigConverter } from '../port.ts';
import { gcpContent, type GcpContent } from './content.ts';
import type { GcpParts } from '../google/parts.ts';

/** The Masonable `GCPResourceConfig`: GKE clusters and VMs in leased projects. README.md says what it does. */
export function gcpResourceConfigConverter(parts: GcpParts): ConfigConverter<GcpContent> {
  return {
    content: gcpContent,
    // Loaded only now: where nobody builds by it, it is to cost no cold start.
    convert: (content) => ({
      construct: async (resource, leased, context) => {
        const { construct } = await import('./construct.ts');
        return construct({ content, resource, leased, context }, parts);
      },
      destroy: async (resource, leased, context) => {
        const { destroy } = await import('./destroy.ts');
        return destroy({ content, resource, leased, context }, parts);
      },
    }),
  };
}
