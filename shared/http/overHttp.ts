import { LARGEST_BYTES, type HttpAnswer, type HttpHandler } from './handler.ts';

/** A request of Node's http, or of Express. */
export interface HttpRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A response of Node's http, or of Express. */
export interface HttpResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/** What functions-framework adds to Express's request. */
export interface FrameworkRequest extends HttpRequest {
  /** The body that the framework has read. It reads none that comes without a Content-Type. */
  readonly rawBody?: Uint8Array | undefined;
}

/** Resolves when it is answered. Never rejects. */
type Listener<Request extends HttpRequest> = (request: Request, response: HttpResponse) => Promise<void>;

/**
 * Serves the handler to Node's http.
 * @param largest bytes of a body
 */
export const overNode =
  (handle: HttpHandler, largest = LARGEST_BYTES): Listener<HttpRequest> =>
  async (request, response) => {
    const body = await readBody(request, largest);
    if (body !== null) await answer(handle, { request, body }, response);
  };

/**
 * Serves the handler as an http function of functions-framework. Three things the framework answers before it: a body
 * of Content-Type application/json that is malformed or no object (400), /favicon.ico and /robots.txt (404).
 */
export const overFramework =
  (handle: HttpHandler): Listener<FrameworkRequest> =>
  async (request, response) => {
    const body =
      request.rawBody === undefined ? await readBody(request, LARGEST_BYTES) : bodyOf(request.rawBody);
    if (body !== null) await answer(handle, { request, body }, response);
  };

interface Body {
  /** Null: it is too large. */
  readonly bytes: Uint8Array | null;
}

/** @returns null if its sender went away */
async function readBody(request: HttpRequest, largest: number): Promise<Body | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      // Read on to its end, or the sender would find a broken connection instead of the answer.
      if (size <= largest) chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return size <= largest ? { bytes: Buffer.concat(chunks) } : { bytes: null };
}

const bodyOf = (bytes: Uint8Array): Body => ({ bytes: bytes.length <= LARGEST_BYTES ? bytes : null });

async function answer(
  handle: HttpHandler,
  { request, body: { bytes } }: { readonly request: HttpRequest; readonly body: Body },
  response: HttpResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  send(response, await handle({ method, ...partsOf(url), headers, body: bytes }));
}

/** Node gives the bytes of a URL as characters; a proxy's request has scheme and host before the path. */
function partsOf(url: string): { readonly path: string; readonly query: string } {
  const escaped = url.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  const [path = '', ...query] = escaped.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return { path, query: query.join('?') };
}

function send(response: HttpResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}
