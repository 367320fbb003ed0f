/** A release reads its own schema version and the one before, and refuses a newer one. */
export const SCHEMA_VERSION = 1;

/**
 * A resource is one document, `doc`; the columns beside it are copies, for the queries. The other tables have no row IDs:
 * their rows are short.
 *
 * Statements name their index (INDEXED BY) where the planner, which has no statistics, would choose the pool's: 26 ms
 * instead of 0.02 with 10,000 members. A test holds every statement against the plan that it gets
 * (test/unit/ledger/queryPlans.test.ts). resources_members was resources_pool until it had all that a pool is counted by.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS resources (
  name TEXT PRIMARY KEY, type TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, held_by TEXT,
  last_update REAL NOT NULL, expiration REAL, phase TEXT, claimed_until REAL, due_at REAL, queue_since REAL,
  slot TEXT, config_hash TEXT, built_by TEXT, loan_due REAL, loan_since REAL, hold_ends REAL, kept_rand REAL, doc TEXT NOT NULL
) STRICT;
DROP INDEX IF EXISTS resources_pool;
CREATE INDEX IF NOT EXISTS resources_members ON resources (type, state, owner, last_update, name, phase, held_by);
CREATE INDEX IF NOT EXISTS resources_due ON resources (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_waiting ON resources (type, queue_since, name) WHERE queue_since IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_slot ON resources (type, slot, last_update) WHERE slot IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_expiring ON resources (type, expiration) WHERE expiration IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_built ON resources (type, built_by, last_update) WHERE state = 'free' AND owner = '';
CREATE INDEX IF NOT EXISTS resources_users ON resources (type, last_update) WHERE owner <> '' AND phase IS NULL AND held_by IS NULL;
CREATE INDEX IF NOT EXISTS resources_loan_due ON resources (loan_due) WHERE loan_due IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_stock ON resources (type, loan_since, name) WHERE loan_since IS NOT NULL AND state = 'free' AND owner = '';
CREATE INDEX IF NOT EXISTS resources_returned ON resources (type, built_by, last_update) WHERE state = 'returned';
CREATE INDEX IF NOT EXISTS resources_hold_ends ON resources (hold_ends) WHERE hold_ends IS NOT NULL;
CREATE INDEX IF NOT EXISTS resources_kept ON resources (kept_rand, type) WHERE kept_rand IS NOT NULL;
CREATE TABLE IF NOT EXISTS past (name TEXT PRIMARY KEY, cycle INTEGER NOT NULL, token INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (
  type TEXT NOT NULL, state TEXT NOT NULL, request_id TEXT NOT NULL, since REAL NOT NULL, expires_at REAL NOT NULL, made TEXT,
  PRIMARY KEY (type, state, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS requests_line ON requests (type, state, since, request_id);
CREATE INDEX IF NOT EXISTS requests_expiring ON requests (expires_at);
CREATE TABLE IF NOT EXISTS answers (
  type TEXT NOT NULL, state TEXT NOT NULL, dest TEXT NOT NULL, owner TEXT NOT NULL, request_id TEXT NOT NULL,
  name TEXT NOT NULL, last_update REAL NOT NULL, expires_at REAL NOT NULL,
  PRIMARY KEY (type, state, dest, owner, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_expiring ON answers (expires_at);
CREATE TABLE IF NOT EXISTS intents (
  owner TEXT PRIMARY KEY, type TEXT NOT NULL, state TEXT NOT NULL, dest TEXT NOT NULL, name TEXT, kind TEXT NOT NULL,
  task TEXT, reason TEXT NOT NULL, at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS intents_age ON intents (at, owner);
CREATE TABLE IF NOT EXISTS types (type TEXT PRIMARY KEY, applied TEXT, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (type TEXT NOT NULL, hash TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (type, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS matchers (
  component TEXT PRIMARY KEY, token INTEGER NOT NULL, claimed_until REAL, hold_ms REAL NOT NULL, bump INTEGER NOT NULL, memory TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS samples (minute REAL PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Until 0.1.0 the documents stood in the tree of their names, where one of 1 KB has to be looked for in overflow pages. */
export const GIVE_ROWIDS = `
CREATE TABLE resources_before AS SELECT * FROM resources;
DROP TABLE resources;
${SCHEMA}
INSERT INTO resources SELECT * FROM resources_before;
DROP TABLE resources_before;
`;
