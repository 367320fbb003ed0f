import type { Description } from './description.ts';
import { emulatorVariables } from './cloud.ts';

export interface Place {
  readonly projectId: string;
  readonly hosts: { readonly firestore: string; readonly pubsub: string };
  /** Of what `npx mason` asks. */
  readonly url: string;
}

/** What a shell reads, so that gcloud, Google's clients and `npx mason` find this cloud and no real one. */
export function shellVariables(place: Place): string {
  const variables = {
    ...emulatorVariables(place),
    MASON_URL: place.url,
    CLOUDSDK_CORE_PROJECT: place.projectId,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB: `http://${place.hosts.pubsub}/`,
    // The emulator asks for none, and gcloud would refuse to go on without.
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`);
  return `# Written by npm run cloud. Read it into a shell: . FILE\n${lines.join('')}`;
}

/**
 * What a person can try, each line a command that holds in a shell that has read `file`.
 * @param everyMs milliseconds between two ticks
 */
export function hintsFor(description: Description, file: string, everyMs: number): string[] {
  const { topic } = description.topics.recycle;
  const ticked = Object.keys(description.schedules).join(' and ');
  return [
    `There, after  . ${file}  these work as well:`,
    `  gcloud pubsub topics publish ${topic} --message=NAME`,
    `  curl --json '{"type":"TYPE"}' $MASON_URL/mason/v1/acquire`,
    `  curl --json '{"name":"NAME"}' $MASON_URL/mason/v1/release`,
    `The Scheduler's part wakes ${ticked} every ${everyMs / 1_000} s (deployed: every minute).`,
  ];
}
