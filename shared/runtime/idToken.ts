/** What google-auth-library's GoogleAuth does for us. */
export interface IdTokens {
  getIdTokenClient(audience: string): Promise<{ getRequestHeaders(): Promise<Pick<Headers, 'get'>> }>;
}

/**
 * The ID token of the account that this process runs as, as the value of a header Authorization. It is kept until shortly
 * before it expires; what failed is tried again at the next call.
 * @param audience whom the token is for: the URL of a Cloud Run service, say
 * @param open default: the account of the environment
 */
export function idTokenFor(audience: string, open = ofEnvironment): () => Promise<string | null> {
  let client: ReturnType<IdTokens['getIdTokenClient']> | undefined;
  return async () => {
    try {
      client ??= open().then((auth) => auth.getIdTokenClient(audience));
      const headers = await (await client).getRequestHeaders();
      return headers.get('authorization');
    } catch (error) {
      client = undefined;
      throw error;
    }
  };
}

/** Loaded at the first call: what nobody uses is to cost no cold start. */
async function ofEnvironment(): Promise<IdTokens> {
  const { GoogleAuth } = await import('google-auth-library');
  return new GoogleAuth();
}
