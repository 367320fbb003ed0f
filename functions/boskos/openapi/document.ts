import { paths } from './operations.ts';
import { schemas } from './schemas.ts';

const DESCRIPTION = `The HTTP API of Boskos (kubernetes-sigs/boskos), answered from Mason's ledger. All parameters are read from the
query alone, and an empty one is a missing one. A known path takes one method, any other is refused with 405. Any path that
is not listed here answers 200 with nothing, as the original does; one that is not clean (//acquire) is redirected with 307.`;

/** What /openapi.json says: OpenAPI 3.1. A test holds every answer against it. */
export const openapiDocument = {
  openapi: '3.1.1',
  info: { title: 'Boskos API of serverless-mason', version: '1', description: DESCRIPTION },
  servers: [{ url: '/' }],
  paths,
  components: { schemas },
} as const;
