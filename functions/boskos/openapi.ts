import { json, type BoskosAnswer } from './answer.ts';
import type { Route } from './call.ts';
import { openapiDocument } from './openapi/document.ts';

/** GET /openapi.json: what can be called, and what comes back. */
export const openapi: Route = {
  method: 'GET',
  path: '/openapi.json',
  refusal: () => '/openapi.json only accepts GET',
  answer,
};

async function answer(): Promise<BoskosAnswer> {
  return json(JSON.stringify(openapiDocument));
}
