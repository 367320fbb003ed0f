import type { Boskos, BoskosUsers } from '../boskos/port.ts';
import type { Waking } from '../boskos/waking.ts';
import type { Ledger } from '../ledger/port.ts';
import type { Log } from '../runtime/log.ts';
import type { Topics } from '../topics/port.ts';
import type { Tracer } from '../runtime/tracer.ts';
import type { ConfigSource } from '../config/source.ts';
import type { Engine } from './engine.ts';
import type { Masonry } from './masonry.ts';
import type { Matcher } from './matcher.ts';
import type { KnownContents } from '../config/readConfig.ts';

/** Everything that the functions work with, put together by runtime/compose.ts. */
export interface Mason {
  readonly ledger: Ledger;
  readonly boskos: Boskos;
  readonly users: BoskosUsers;
  readonly topics: Pick<Topics, 'publish'>;
  readonly engine: Engine;
  readonly matcher: Matcher;
  readonly waking: Waking;
  readonly masonry: Masonry;
  readonly config: ConfigSource;
  readonly known: KnownContents;
  readonly log: Log;
  readonly tracer: Tracer;
}
