export interface Signals {
  /** Resolves with the first wish that it end. */
  readonly first: Promise<'signal'>;
  close(): void;
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes on the SIGINT of a Ctrl-C that the terminal has sent to both of them: that is no second one. */
const ECHO_MS = 300;
/** 128 + SIGINT, as a shell has it. */
const INTERRUPTED = 130;

/** The first Ctrl-C ends it cleanly, another one at once. */
export function watchSignals(): Signals {
  const first = Promise.withResolvers<'signal'>();
  let firstAt: number | null = null;
  const end = (): void => {
    firstAt ??= performance.now();
    first.resolve('signal');
  };
  const interrupt = (): void => {
    if (firstAt !== null && performance.now() - firstAt > ECHO_MS) process.exit(INTERRUPTED);
    end();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT') interrupt();
    else end();
  };
  // Nobody reads any more (npm start | head): nothing can be shown, but it can end as it should.
  const onError = (): void => {
    end();
  };
  for (const signal of ENDING) process.on(signal, onSignal);
  process.stdout.on('error', onError);
  return {
    first: first.promise,
    close() {
      for (const signal of ENDING) process.off(signal, onSignal);
    },
  };
}
