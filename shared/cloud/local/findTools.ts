import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { MasonError } from '../../errors.ts';

const COMPONENTS = { firestore: 'cloud-firestore-emulator', pubsub: 'pubsub-emulator' };

/**
 * Looks for what the emulators need, since gcloud itself takes seconds to say what is missing.
 * @param path as PATH has it
 * @throws MasonError ENVIRONMENT_INVALID naming everything that is missing
 */
export function mustHaveTools(path: string): void {
  const missing = missingTools(path);
  if (missing.length === 0) return;
  throw new MasonError(
    'ENVIRONMENT_INVALID',
    [
      "npm run cloud needs Google's emulators, and this machine lacks:",
      ...missing.map((tool) => `  ${tool}`),
      'Without them npm start shows the same on one machine.',
    ].join('\n'),
  );
}

function missingTools(path: string): string[] {
  const gcloud = findOnPath(path, 'gcloud');
  return [
    ...(gcloud === undefined
      ? ['gcloud (the Google Cloud CLI: https://cloud.google.com/sdk/docs/install)']
      : missingComponents(gcloud)),
    ...(findOnPath(path, 'java') === undefined
      ? ['java (a Java runtime, 21 or newer: both emulators run on it)']
      : []),
  ];
}

/**
 * Where the SDK keeps them, whether they came with its own installer or as packages of a distribution. Where there is no
 * such folder at all, gcloud may know better (a snap, a wrapper), and says so if it doesn't.
 */
function missingComponents(gcloud: string): string[] {
  const platform = join(dirname(realpathSync(gcloud)), '..', 'platform');
  if (!existsSync(platform)) return [];
  return Object.entries(COMPONENTS)
    .filter(([, folder]) => !existsSync(join(platform, folder)))
    .map(
      ([kind, component]) =>
        `the ${kind} emulator (gcloud components install ${component}, or the package google-cloud-cli-${component.replace(/^cloud-/, '')})`,
    );
}

function findOnPath(path: string, program: string): string | undefined {
  const folders = path.split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}
