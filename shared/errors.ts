interface ErrorFacts {
  readonly meaning: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retry: boolean;
  /** Exit code of the `mason` command. */
  readonly exit: number;
}

/** Every error of this project. Whatever else is thrown is a fault in the program. */
export const ERRORS = {
  LEDGER_UNAVAILABLE: { meaning: 'the ledger can not be reached, or is busy', retry: true, exit: 69 },
  LEDGER_UNREADABLE: {
    meaning: 'the ledger holds a document that this release can not read',
    retry: false,
    exit: 65,
  },
  BOSKOS_UNAVAILABLE: { meaning: 'Boskos can not be reached, or is busy', retry: true, exit: 69 },
  BOSKOS_REFUSED: {
    meaning: 'the server lets nobody in with these credentials, or not as this owner, or is no Boskos',
    retry: false,
    exit: 78,
  },
  TOPIC_UNAVAILABLE: { meaning: 'a topic can not be reached, or takes no messages', retry: true, exit: 69 },
  CONFIG_INVALID: { meaning: 'the config has faults', retry: false, exit: 78 },
  CONFIG_UNREADABLE: { meaning: 'the config can not be read from its source', retry: true, exit: 66 },
  CONTENT_INVALID: { meaning: 'the content of a config does not fit its type', retry: false, exit: 78 },
  MASONABLE_UNKNOWN: { meaning: 'no such config type or cleaner is registered', retry: false, exit: 78 },
  MASONABLE_DUPLICATE: { meaning: 'a config type or cleaner is registered twice', retry: false, exit: 78 },
  MODULE_INVALID: { meaning: 'a module with Masonables can not be loaded', retry: false, exit: 78 },
  COMMAND_FAILED: { meaning: 'the command of a Command Masonable or cleaner failed', retry: true, exit: 1 },
  WEBHOOK_FAILED: { meaning: 'a call of a Webhook Masonable or cleaner failed', retry: true, exit: 1 },
  CLEANING_FAILED: { meaning: 'a resource could not be cleaned, or was not to be', retry: true, exit: 75 },
  GOOGLE_FAILED: { meaning: 'a call of a Google API failed', retry: true, exit: 69 },
  MESSAGE_INVALID: { meaning: 'a message is not one of ours', retry: false, exit: 65 },
  ENVIRONMENT_INVALID: { meaning: 'an environment variable or flag has a bad value', retry: false, exit: 64 },
  SERVER_UNREACHABLE: { meaning: 'no server answers at the given address', retry: true, exit: 69 },
  TOKEN_UNAVAILABLE: { meaning: 'no ID token for a server can be had', retry: false, exit: 77 },
  NOT_FOUND: { meaning: 'there is no such resource', retry: false, exit: 66 },
  REFUSED: { meaning: 'the resource is not in a state in which this can be done', retry: false, exit: 75 },
  NOTHING_FREE: { meaning: 'no resource of the type came free in time', retry: true, exit: 75 },
  NOT_WHOLE: { meaning: 'a virtual resource came without what it is made of', retry: true, exit: 75 },
  LEASE_LOST: { meaning: "the resource is not, or no more, in the caller's hands", retry: false, exit: 76 },
  PROGRAM_MISSING: {
    meaning: 'the command to be run is not there, or is no program',
    retry: false,
    exit: 127,
  },
} as const satisfies Record<string, ErrorFacts>;
export type ErrorCode = keyof typeof ERRORS;

/** An error with a code of the table; its message says what is wrong, where, and what to do. */
export class MasonError extends Error {
  override readonly name = 'MasonError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get retry(): boolean {
    return ERRORS[this.code].retry;
  }
}
