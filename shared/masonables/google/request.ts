/** One request, as gaxios and google-auth-library take it: an answer of any status, its body as text, tried once. */
export interface GoogleOptions {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly data?: object;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
  readonly responseType: 'text';
  readonly validateStatus: (status: number) => boolean;
  readonly retry: false;
}

export interface GoogleAnswer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly data: string;
}

/** Makes a request with the credentials of whoever runs this. Rejects if there was no answer. */
export type GoogleRequest = (options: GoogleOptions) => Promise<GoogleAnswer>;

/** What the service account asks for. Neither API takes a narrower scope for what is made and deleted here. */
export const CLOUD_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Where the APIs are, without a slash at the end: a stand-in is given here. */
export interface GoogleEndpoints {
  readonly container: string;
  readonly compute: string;
}

export const GOOGLE_ENDPOINTS: GoogleEndpoints = {
  container: 'https://container.googleapis.com',
  compute: 'https://compute.googleapis.com',
};
