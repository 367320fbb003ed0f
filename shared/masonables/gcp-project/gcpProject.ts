import type { GcpParts } from '../google/parts.ts';
import type { CleanerConverter } from '../port.ts';
import { gcpProjectSettings, type GcpProjectSettings } from './settings.ts';

/** The cleaner `GCPProject`: deletes what tests leave in a GCP project. README.md says what, and what stays. */
export function gcpProjectCleaner(parts: GcpParts): CleanerConverter<GcpProjectSettings> {
  return {
    content: gcpProjectSettings,
    // Loaded only now: where nobody cleans by it, it is to cost no cold start.
    convert: (settings) => ({
      clean: async (resource, context) => {
        const { clean } = await import('./clean.ts');
        return clean({ settings, project: resource.name, context }, parts);
      },
    }),
  };
}
