import type { Mason } from '../shared/mason/mason.ts';
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

/** Every function that a topic wakes, by its entry point, which has the topic's name. */
export function createHandlers(mason: Mason): Handlers {
  const { engine, masonry } = mason;
  const on =
    (handle: (message: IncomingMessage) => Promise<void>): Handler =>
    async (event) =>
      handle(readMessage(event));
  return {
    recycle: on(async (message) => {
      const isMeant = message.system !== null || (await takeOrdered(mason, message));
      if (isMeant) await engine.handle('recycle', message, recycle(masonry));
    }),
    fulfill: on((message) => engine.handle('fulfill', message, fulfill())),
    clean: on((message) => engine.handle('clean', message, clean(masonry))),
    free: on((message) => engine.handle('free', message, free())),
    janitor: on((message) =>
      message.data === EVERYTHING
        ? takeDirtyPhysical(mason)
        : engine.handle('janitor', message, cleanPhysical(masonry)),
    ),
    sync: on(() => sync(mason)),
  };
}
