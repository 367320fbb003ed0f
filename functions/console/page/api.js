/** @import { Order, Session } from './types.ts' */
import { hearTime } from './format.js';

/** An answer that is none of success. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @type {Map<string, {etag: string, body: unknown}>} */
const kept = new Map();
const KEPT = 40;
/** How long (ms) an answer may take. */
const PATIENCE_MS = 15_000;

/**
 * @template Body
 * @param {string} path below /console/api
 * @param {Readonly<Record<string, string>>} query
 * @returns {Promise<Body>} the very same object as before, if nothing has changed
 * @throws {Refusal}
 */
export async function ask(path, query = {}) {
  const url = `/console/api/${path}?${new URLSearchParams(query).toString()}`;
  const known = kept.get(url);
  const response = await call(url, known === undefined ? {} : { headers: { 'if-none-match': known.etag } });
  if (response.status === 304 && known !== undefined) return /** @type {Body} */ (known.body);
  const body = /** @type {Body} */ (await bodyOf(response));
  const etag = response.headers.get('etag');
  kept.delete(url);
  if (etag !== null) kept.set(url, { etag, body });
  for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old);
  return body;
}

/** @param {Session} session @param {Order} order @throws {Refusal} */
export async function give(session, order) {
  const response = await call('/console/api/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'mason-console-token': session.token },
    body: JSON.stringify(order),
  });
  await bodyOf(response);
}

/** @param {string} url @param {RequestInit} init */
async function call(url, init) {
  const response = await fetch(url, {
    ...init,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  hearTime(response.headers.get('date'));
  return response;
}

/** @param {Response} response @returns {Promise<unknown>} */
async function bodyOf(response) {
  const text = await response.text();
  const isJson = /^application\/json/.test(response.headers.get('content-type') ?? '');
  const body = isJson ? JSON.parse(text) : null;
  if (response.ok && isJson) return body;
  throw new Refusal(response.status, body?.error?.message ?? `it answers with status ${response.status}`);
}
