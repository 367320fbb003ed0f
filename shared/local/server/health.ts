import { typed } from '../../api/read.ts';
import type { Route } from '../../api/router.ts';
import { API, healthAnswer } from '../../api/wire.ts';

/** Whether this process answers, and which one it is. */
export const HEALTH: Route = {
  method: 'GET',
  path: `${API}/health`,
  handle: () => typed(healthAnswer, { status: 'ok', pid: process.pid }),
};
