import type * as z from 'zod';

import { isNear } from '../client/wire/place.ts';
import { ERRORS, MasonError, type ErrorCode } from '../errors.ts';
import { API, errorAnswer } from '../api/wire.ts';
import { DEFAULT_URL } from './urlFlag.ts';

/** A server that answers as shared/api/wire.ts says. */
export interface ServerClient {
  readonly url: string;
  /** Whether it is on this machine. */
  readonly isNear: boolean;
  /** @throws MasonError SERVER_UNREACHABLE, or what the server says */
  get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer>;
  /** @throws MasonError SERVER_UNREACHABLE, or what the server says */
  post<Answer>(path: string, body: unknown, schema: z.ZodType<Answer>): Promise<Answer>;
}

/** How long (ms) an answer may take: an order is answered within a second, unless a function has to start for it. */
const ANSWER_MS = 30_000;

/**
 * @param flag what --url says, if it is given
 * @throws MasonError ENVIRONMENT_INVALID
 */
export function readUrl(
  flag: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const fromVariable = environment['MASON_URL'] ?? '';
  const [from, text] =
    flag === undefined ? ['MASON_URL', fromVariable === '' ? DEFAULT_URL : fromVariable] : ['--url', flag];
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return baseOf(url);
  const message = `${from} is ${JSON.stringify(text)}, which is no URL: write it like ${DEFAULT_URL}`;
  throw new MasonError('ENVIRONMENT_INVALID', message);
}

const CONSOLE = /[/]console[/]*$/;

/** The console's page is what a start prints and a browser shows, so it stands for its server. */
const baseOf = (url: URL): string =>
  CONSOLE.test(url.pathname)
    ? `${url.origin}${url.pathname.replace(CONSOLE, '')}`
    : url.href.replace(/\/+$/, '');

/** @param authorization the value of the header; null: none */
export function createServerClient(url: string, authorization: () => Promise<string | null>): ServerClient {
  const server: Server = { url, authorization };
  return {
    url,
    isNear: isNear(url),
    get: (path, schema) => call(server, { path }, schema),
    post: (path, body, schema) => call(server, { path, body }, schema),
  };
}

interface Server {
  readonly url: string;
  readonly authorization: () => Promise<string | null>;
}

interface Question {
  readonly path: string;
  readonly body?: unknown;
}

async function call<Answer>(server: Server, question: Question, schema: z.ZodType<Answer>): Promise<Answer> {
  const { url } = server;
  const { status, json } = await exchange(server, question);
  if (status >= 200 && status < 300) {
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw strange(url);
  }
  const said = errorAnswer.safeParse(json);
  if (!said.success) throw status === 401 || status === 403 ? shut(url, status) : strange(url);
  const { code, message } = said.data.error;
  throw new MasonError(isErrorCode(code) ? code : codeOf(status), message);
}

async function exchange(
  { url, authorization }: Server,
  { path, body }: Question,
): Promise<{ status: number; json: unknown }> {
  const bearer = await authorization();
  const headers = {
    ...(bearer !== null && { authorization: bearer }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const order = body === undefined ? { headers } : { method: 'POST', body: JSON.stringify(body), headers };
  let response: Response;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    // Credentials go to nobody but the server that they are for.
    response = await fetch(`${url}${API}${path}`, { ...order, redirect: 'manual', signal });
  } catch (error) {
    const message = `no Mason answers at ${url} (${reasonOf(error)}). Start one with npm start, or say where it is: --url URL, or MASON_URL`;
    throw new MasonError('SERVER_UNREACHABLE', message, { cause: error });
  }
  return { status: response.status, json: await response.json().catch(() => undefined) };
}

/** What fetch says itself is always "fetch failed". */
function reasonOf(error: unknown): string {
  const { name, cause, message } = Object(error) as { name?: string; cause?: unknown; message?: string };
  if (name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  const inner = Object(cause) as { code?: string; message?: string };
  if (inner.code === 'ECONNREFUSED') return 'connection refused';
  if (inner.code === 'ENOTFOUND') return 'there is no such host';
  return (
    [inner.message, inner.code, message].find((text) => text !== undefined && text !== '') ?? String(error)
  );
}

const strange = (url: string): MasonError =>
  new MasonError(
    'SERVER_UNREACHABLE',
    `what answers at ${url} is no Mason, or one of another version. A deployed one is asked at the URL of its console; that of its Boskos API is for run, acquire, release and heartbeat alone`,
  );

const shut = (url: string, status: number): MasonError =>
  new MasonError(
    'BOSKOS_REFUSED',
    `${url} answers ${status}: it lets nobody in with these credentials. For a function behind IAM: --id-token, and the role Cloud Run Invoker`,
  );

/** For what a server says in a code that is in no table of ours, such as INTERNAL. */
function codeOf(status: number): ErrorCode {
  if (status >= 500) return 'SERVER_UNREACHABLE';
  return status === 401 || status === 403 ? 'BOSKOS_REFUSED' : 'REFUSED';
}

const isErrorCode = (code: string): code is ErrorCode => code in ERRORS;
