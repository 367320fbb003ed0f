export interface Closers {
  /** @param close called by close(), the last added first */
  add(close: () => void | Promise<void>): void;
  /** Waits for something that is being started and adds its end; one that comes too late is ended at once. */
  open<Opened extends { stop(): Promise<void> }>(opening: Promise<Opened>): Promise<Opened>;
  /** Ends everything, also what fails to end. May be called twice. */
  close(): Promise<void>;
}

/** What was started, to be ended in the reverse order, whenever that is. */
export function createClosers(): Closers {
  const closing: (() => void | Promise<void>)[] = [];
  let isClosed = false;
  const add = (close: () => void | Promise<void>): void => {
    closing.push(close);
  };
  return {
    add,
    async open(opening) {
      const opened = await opening;
      if (isClosed) {
        await opened.stop();
        // Nobody waits for what would come next.
        return new Promise(() => undefined);
      }
      add(() => opened.stop());
      return opened;
    },
    async close() {
      isClosed = true;
      for (;;) {
        const close = closing.pop();
        if (close === undefined) return;
        try {
          await close();
        } catch {
          // What doesn't end by itself ends with this process.
        }
      }
    },
  };
}
