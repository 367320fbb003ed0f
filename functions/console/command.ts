import * as z from 'zod';

import { errorAnswer } from '../../shared/api/answer.ts';
import type { Ordered } from '../../shared/api/asked.ts';
import { createRouter, type Route } from '../../shared/api/router.ts';
import { createOrders, createQuestions } from '../../shared/api/routes.ts';
import { API } from '../../shared/api/wire.ts';
import { MasonError } from '../../shared/errors.ts';
import { isFromPage } from '../../shared/http/auth/programsOnly.ts';
import type { HttpAnswer, HttpHandler } from '../../shared/http/handler.ts';
import type { Log } from '../../shared/runtime/log.ts';
import type { ConsoleParts } from './parts.ts';
import { remembered, type Remembered } from './remembered.ts';

export interface CommandParts extends Pick<ConsoleParts, 'callerOf' | 'clock'> {
  readonly ordered: Ordered;
  /** Whether orders are taken. */
  readonly actions: boolean;
  /** For how long (ms) the pools are remembered: ten who look share what one asks for. An order lets them be forgotten. */
  readonly refreshMs: number;
  readonly log: Log;
}

/**
 * What the `mason` command asks a deployed Mason, and tells it where orders are switched on: the same under /mason/v1 as a
 * server on one's own machine answers. Who ordered what stands in the history of the resource, and in the log.
 */
export function createCommandApi(parts: CommandParts): HttpHandler {
  const { ordered, actions, callerOf, log } = parts;
  const overview = remembered(parts.clock, parts.refreshMs, ordered.overview);
  const questions = createQuestions({ ...ordered, overview: () => overview.read() });
  const orders = createOrders(ordered).map((route) =>
    actions ? forgetting(logged(route, log), overview) : refusing(route),
  );
  const answer = createRouter([...questions, ...orders], { log, tellsFaults: false });
  return async (call) => {
    if (call.method !== 'POST') return answer(call);
    if (isFromPage(call.headers)) return forbidden('this is for programs, not for web pages');
    const caller = callerOf(call.headers);
    if ('fault' in caller) return forbidden(`who orders is not known: ${caller.fault}`);
    return answer(call, { by: caller.email });
  };
}

/** Leads to it what is asked under /mason, and everything else to `page`. */
export const withCommandApi = (command: HttpHandler, page: HttpHandler): HttpHandler => {
  const root = API.slice(0, API.indexOf('/', 1) + 1);
  return (call) => (call.path.startsWith(root) ? command(call) : page(call));
};

const forbidden = (message: string): HttpAnswer => errorAnswer(403, { code: 'REFUSED', message });

const refusing = (route: Route): Route => ({
  ...route,
  handle: () =>
    Promise.reject(
      new MasonError(
        'REFUSED',
        'orders are off here: console = { actions = true } in Terraform switches them on',
      ),
    ),
});

const forgetting = (route: Route, overview: Pick<Remembered<unknown>, 'forget'>): Route => ({
  ...route,
  async handle(request) {
    const done = await route.handle(request);
    // Whoever ordered it is to see what came of it.
    overview.forget();
    return done;
  },
});

const namedSchema = z.object({ name: z.string().optional(), type: z.string().optional() });

const logged = (route: Route, log: Log): Route => ({
  ...route,
  async handle(request) {
    const done = await route.handle(request);
    const { name, type } = namedSchema.parse(request.body);
    const order = route.path.slice(API.length + 1);
    const message = `${request.by ?? 'somebody'} ordered ${order} of ${name ?? type ?? ''} by the mason command`;
    log({ severity: 'INFO', event: 'ordered-by', message, ...(name !== undefined && { resource: name }) });
    return done;
  },
});
