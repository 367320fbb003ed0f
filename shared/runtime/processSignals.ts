export type EndingSignal = (typeof ENDING)[number];

/** What ends a process from outside. */
export interface ProcessSignals {
  /** Calls the listener at each of them, which then doesn't end the process any more, until the returned function is called. */
  hear(listener: (signal: EndingSignal) => void): () => void;
  /** Lets the signal do what it would have done, once nobody listens any more. */
  raise(signal: EndingSignal): void;
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const listeners = new Set<(signal: EndingSignal) => void>();

/** One handler for all: a handler for each would pass Node's limit of 10 with a warning. */
function onSignal(signal: NodeJS.Signals): void {
  const heard = ENDING.find((one) => one === signal);
  if (heard !== undefined) for (const listener of [...listeners]) listener(heard);
}

/** Those of this process. Its handlers are there only while somebody listens. */
export const systemSignals: ProcessSignals = {
  hear(listener) {
    // Each time another one, so that whoever listens twice is heard twice.
    const own = (signal: EndingSignal): void => listener(signal);
    if (listeners.size === 0) for (const signal of ENDING) process.on(signal, onSignal);
    listeners.add(own);
    return () => {
      if (!listeners.delete(own) || listeners.size > 0) return;
      for (const signal of ENDING) process.off(signal, onSignal);
    };
  },
  raise(signal) {
    // Whoever else listens has heard it already, and decides himself.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  },
};
