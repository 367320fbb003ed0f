/** Another Boskos server, and how it is called. */
export interface BoskosPlace {
  /** Its base URL, without credentials. */
  readonly url: string;
  readonly auth:
    | { readonly kind: 'none' }
    | { readonly kind: 'basic'; readonly user: string; readonly passwordFile: string }
    /** Of the account that Mason runs as, for a server on Cloud Run behind IAM. */
    | { readonly kind: 'idToken' };
}
