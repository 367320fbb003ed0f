import { refusalIn } from '../../shared/api/answer.ts';
import { ERRORS, MasonError } from '../../shared/errors.ts';
import type { HttpAnswer, HttpCall, HttpHandler } from '../../shared/http/handler.ts';
import { reasonOf } from '../../shared/mason/reasonOf.ts';
import { answerFault, answerJson, notModified, secured } from './answer.ts';
import { act } from './api/act.ts';
import { createOverview } from './api/overview.ts';
import { showResource, showUserData } from './api/resource.ts';
import { listResources } from './api/resources.ts';
import { createSamples } from './api/samples.ts';
import { openSession } from './api/session.ts';
import type { ConsoleParts } from './parts.ts';
import { showPage } from './showPage.ts';

type Answer = (call: HttpCall) => HttpAnswer | Promise<HttpAnswer>;

/** The page at /console, and below /console/api what it shows. */
export function createConsoleHandler(parts: ConsoleParts): HttpHandler {
  const overview = createOverview(parts);
  const samples = createSamples(parts);
  const asked = (what: (query: URLSearchParams) => Promise<unknown>): Answer => {
    return async ({ query }) => answerJson(await what(new URLSearchParams(query)));
  };
  const questions: Readonly<Record<string, Answer>> = {
    '/console/api/session': (call) => openSession(parts, call),
    '/console/api/overview': asked(() => overview.read()),
    '/console/api/resources': asked((query) => listResources(parts, query)),
    '/console/api/resource': asked((query) => showResource(parts, query)),
    '/console/api/samples': asked((query) => samples(query)),
    '/console/api/userdata': (call) => showUserData(parts, call),
  };
  const order: Answer = async (call) => {
    const done = await act(parts, call);
    // Whoever ordered it is to see what came of it.
    if (done.status === 200) overview.forget();
    return done;
  };
  return async (call) => {
    const answer = find(call, questions, order);
    return notModified(call, secured(await answered(parts, call, answer)));
  };
}

function find(
  { method, path }: HttpCall,
  questions: Readonly<Record<string, Answer>>,
  order: Answer,
): Answer {
  const reads = method === 'GET' || method === 'HEAD';
  if (path === '/console/api/orders')
    return method === 'POST' ? order : () => answerFault(405, 'METHOD_NOT_ALLOWED', 'this takes only POST');
  if (!reads) return () => answerFault(405, 'METHOD_NOT_ALLOWED', `${path} takes only GET`);
  return questions[path] ?? (() => showPage(path));
}

async function answered(
  { mason: { log } }: ConsoleParts,
  call: HttpCall,
  answer: Answer,
): Promise<HttpAnswer> {
  try {
    return await answer(call);
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal !== null) return answerFault(refusal.status, refusal.code, refusal.message);
    const message = `the console's ${call.path} could not be answered: ${reasonOf(error)}`;
    log({ severity: 'ERROR', event: 'console-failed', message });
    // The log has its reason.
    return error instanceof MasonError && error.retry
      ? answerFault(503, error.code, ERRORS[error.code].meaning)
      : answerFault(500, 'INTERNAL', 'a fault in Mason itself');
  }
}
