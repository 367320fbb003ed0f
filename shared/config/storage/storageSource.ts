import { ask, bodyOf, discard, HTTP_LIMITS, type HttpRequest } from '../httpText.ts';
import type { ConfigSource } from '../source.ts';
import { unreadable } from '../unreadable.ts';

/** What the service account asks for. */
export const STORAGE_SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only';

export interface StorageParts {
  /** Makes a request with the credentials of whoever runs this. */
  readonly request: HttpRequest;
  /** Without a slash at its end. Default: the public one. */
  readonly endpoint?: string;
  readonly limits?: typeof HTTP_LIMITS;
}

/** The config in an object of Cloud Storage. Its generation is the validator. */
export function storageSource(
  { bucket, object }: { readonly bucket: string; readonly object: string },
  { request, endpoint = 'https://storage.googleapis.com', limits = HTTP_LIMITS }: StorageParts,
): ConfigSource {
  const file = `gs://${bucket}/${object}`;
  const asked = { file, request, limits };
  const media = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}?alt=media`;
  return {
    async read(known) {
      const url = known === null ? media : `${media}&ifGenerationNotMatch=${encodeURIComponent(known)}`;
      const answer = await ask(asked, { url });
      if (answer.status === 200) {
        const validator = answer.headers.get('x-goog-generation');
        const text = await bodyOf(asked, answer);
        return validator === null ? { file, text } : { file, text, validator };
      }
      discard(answer);
      if (answer.status === 304 && known !== null) return 'unchanged';
      throw unreadable(file, refusalOf(answer.status));
    },
  };
}

function refusalOf(status: number): string {
  if (status === 401 || status === 403)
    return `Cloud Storage answers ${status}: grant the service account roles/storage.objectViewer on the bucket`;
  if (status === 404) return 'there is no such object, or no such bucket';
  if (status === 429 || status >= 500) return `Cloud Storage answers ${status}; the next sync asks again`;
  return `Cloud Storage answers ${status}, which is no config`;
}
