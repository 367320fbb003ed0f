import type { Mason } from '../shared/mason/mason.ts';
import { formatTraceparent, parseTraceparent } from '../shared/runtime/trace.ts';
import type { SpanNotes } from '../shared/runtime/tracer.ts';
import { EVERYTHING, readMessage, type IncomingMessage } from '../shared/topics/message.ts';
import type { Topic } from '../shared/topics/port.ts';
import { clean } from './clean/clean.ts';
import { free } from './free/free.ts';
import { fulfill } from './fulfill/fulfill.ts';
import { cleanPhysical } from './janitor/cleanPhysical.ts';
import { takeDirtyPhysical } from './janitor/takeDirtyPhysical.ts';
import { recycle } from './recycle/recycle.ts';
import { takeOrdered } from './recycle/takeOrdered.ts';
import { sync } from './sync/sync.ts';

/** Takes the CloudEvent of a Pub/Sub message. Resolves when it is done with; a rejection asks for another delivery. */
export type Handler = (event: unknown) => Promise<void>;

export type Handlers = Readonly<Record<Topic, Handler>>;

/** Gets the message with the trace of its own span, and says what came of it. */
type Handle = (message: IncomingMessage) => Promise<SpanNotes>;

/** Every function that a topic wakes, by its entry point, which has the topic's name. */
export function createHandlers(mason: Mason): Handlers {
  const { engine, masonry } = mason;
  const handles: Readonly<Record<Topic, Handle>> = {
    recycle: async (message) =>
      message.system !== null || (await takeOrdered(mason, message))
        ? engine.handle('recycle', message, recycle(masonry))
        : { resource: message.data, phase: 'recycle', outcome: 'orderRefused' },
    fulfill: (message) => engine.handle('fulfill', message, fulfill()),
    clean: (message) => engine.handle('clean', message, clean(masonry)),
    free: (message) => engine.handle('free', message, free()),
    janitor: async (message) => {
      if (message.data !== EVERYTHING) return engine.handle('janitor', message, cleanPhysical(masonry));
      await takeDirtyPhysical(mason);
      return { outcome: 'ticked' };
    },
    sync: async () => {
      await sync(mason);
      return { outcome: 'ticked' };
    },
  };
  const handlerOf = (topic: Topic) => tracing(mason, topic, handles[topic]);
  return {
    recycle: handlerOf('recycle'),
    fulfill: handlerOf('fulfill'),
    clean: handlerOf('clean'),
    free: handlerOf('free'),
    janitor: handlerOf('janitor'),
    sync: handlerOf('sync'),
  };
}

/** Each message is one span of the trace that it carries; one without, or with what is none, begins a trace. */
function tracing({ tracer }: Pick<Mason, 'tracer'>, topic: Topic, handle: Handle): Handler {
  return async (event) => {
    const message = readMessage(event);
    const parent = parseTraceparent(message.trace);
    await tracer.trace({ name: `mason.${topic}`, parent }, async ({ context, note }) => {
      note(await handle({ ...message, trace: formatTraceparent(context) }));
    });
  };
}
