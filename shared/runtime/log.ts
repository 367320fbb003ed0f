export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** One thing that happened. Never holds user data: that may be credentials. */
export interface LogEntry {
  readonly severity: Severity;
  /** What happened, in one word: the field by which logs are counted. */
  readonly event: string;
  readonly message: string;
  readonly resource?: string;
  readonly type?: string;
  readonly phase?: string;
  readonly cycle?: number;
  /** The ID of the trace, 32 hexadecimal digits. */
  readonly trace?: string;
  /** What was measured, with the labels by which it is counted: for metrics that are made from the log. */
  readonly figures?: Readonly<Record<string, string | number | boolean>>;
}

export type Log = (entry: LogEntry) => void;
