import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';

import { FieldValue, Firestore, type DocumentReference } from '@google-cloud/firestore';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { startFaultProxy, type Fault, type FaultProxy } from '../support/faultProxy/faultProxy.ts';
import { sharedFirestore } from '../support/sharedFirestore/sharedFirestore.ts';

const projectId = 'fault-proxy';
const START_MS = 100_000;
const COMMIT_TIMEOUT_MS = 500;

/** Of gRPC. The client's own enum can't be imported by its name. */
const STATUS = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  ALREADY_EXISTS: 6,
  FAILED_PRECONDITION: 9,
  INTERNAL: 13,
  UNAVAILABLE: 14,
};

// Else every client looks for a metadata server before its first call.
process.env['METADATA_SERVER_DETECTION'] = 'none';

let emulator: string;
let proxy: FaultProxy;
/** Behind the proxy. */
let client: Firestore;
/** Past it. */
let truth: Firestore;

beforeAll(async () => {
  emulator = await sharedFirestore();
  proxy = await startFaultProxy({ target: emulator });
  client = firestoreAt(proxy.host);
  truth = firestoreAt(emulator);
}, START_MS);

afterEach(() => proxy.clear());

afterAll(async () => {
  await client.terminate();
  await truth.terminate();
  await proxy.close();
});

function firestoreAt(host: string, settings: FirebaseFirestore.Settings = {}): Firestore {
  return new Firestore({ projectId, host, ssl: false, ...settings });
}

/** A document that exists and counts nothing yet. */
async function counter(): Promise<DocumentReference> {
  const made = await truth.collection('counters').add({ n: 0 });
  return client.doc(made.path);
}

async function stored(doc: DocumentReference): Promise<unknown> {
  const snapshot = await truth.doc(doc.path).get();
  return snapshot.get('n');
}

/** The status that the client gives its caller in the end. */
async function statusOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return STATUS.OK;
  } catch (error) {
    return (error as { code: number }).code;
  }
}

/** What came in of this method, and what became of it. */
function fates(method: string): (Fault | null)[] {
  return proxy.calls.filter((call) => call.method === method).map(({ fault }) => fault);
}

function increment(doc: DocumentReference): Promise<unknown> {
  return doc.update({ n: FieldValue.increment(1) });
}

describe('without a fault', () => {
  test('writes, reads and queries go through', async () => {
    const doc = client.doc('plain/one');
    await doc.create({ n: 1 });
    expect((await doc.get()).get('n')).toBe(1);
    expect((await client.collection('plain').get()).size).toBe(1);
    expect(proxy.calls).toEqual(
      ['Commit', 'BatchGetDocuments', 'RunQuery'].map((method) => ({ method, fault: null })),
    );
  });

  test('an error of the server stays what it is', async () => {
    const doc = await counter();
    expect(await statusOf(doc.create({ n: 1 }))).toBe(STATUS.ALREADY_EXISTS);
  });

  test('a stream is longer than what fits into the windows of HTTP/2', async () => {
    const size = 500_000;
    const documents = Array.from({ length: 12 }, (_, index) => client.doc(`big/${index}`));
    await Promise.all(documents.map((doc) => doc.set({ text: 'x'.repeat(size) })));
    const found = await client.collection('big').get();
    expect(found.docs.map((doc) => String(doc.get('text')).length)).toEqual(documents.map(() => size));
  });

  test('200 calls at a time', async () => {
    const documents = Array.from({ length: 200 }, (_, index) => client.doc(`many/${index}`));
    await Promise.all(documents.map((doc, index) => doc.create({ n: index })));
    const found = await Promise.all(documents.map((doc) => doc.get()));
    expect(found.map((doc): unknown => doc.get('n'))).toEqual(documents.map((_, index) => index));
  });

  test('a stream in both directions: what is written later comes to who listens', async () => {
    const doc = await counter();
    const heard: unknown[] = [];
    const seen = new Promise<void>((resolve, reject) => {
      const stop = doc.onSnapshot((snapshot) => {
        heard.push(snapshot.get('n'));
        if (heard.length === 1) truth.doc(doc.path).update({ n: 1 }).catch(reject);
        else {
          stop();
          resolve();
        }
      }, reject);
    });
    await seen;
    expect(heard).toEqual([0, 1]);
  });
});

describe('refused', () => {
  test('the server never sees it, and the client repeats it by itself', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'refused');
    await increment(doc);
    expect(fates('Commit')).toEqual(['refused', null]);
    expect(await stored(doc)).toBe(1);
  });

  test('the client knows it as UNAVAILABLE', async () => {
    proxy.failNext('Commit', 'refused');
    expect(await grpcStatus(proxy.host, 'Commit')).toBe(STATUS.UNAVAILABLE);
  });

  test('a query is asked again', async () => {
    const doc = await counter();
    proxy.failNext('BatchGetDocuments', 'refused');
    expect((await doc.get()).exists).toBe(true);
    expect(fates('BatchGetDocuments')).toEqual(['refused', null]);
  });
});

describe('reply-lost: the server has done it, and the client, which repeats it by itself,', () => {
  test('does it again', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'reply-lost');
    await increment(doc);
    expect(fates('Commit')).toEqual(['reply-lost', null]);
    expect(await stored(doc)).toBe(2);
  });

  test('is told of its own document: ALREADY_EXISTS', async () => {
    const doc = client.doc('lost/one');
    proxy.failNext('Commit', 'reply-lost');
    expect(await statusOf(doc.create({ n: 1 }))).toBe(STATUS.ALREADY_EXISTS);
    expect(await stored(doc)).toBe(1);
  });

  test('fails at its own precondition: FAILED_PRECONDITION', async () => {
    const doc = await counter();
    const { updateTime } = await doc.get();
    if (updateTime === undefined) throw new Error('no such document');
    proxy.failNext('Commit', 'reply-lost');
    const status = await statusOf(doc.update({ n: 1 }, { lastUpdateTime: updateTime }));
    expect(status).toBe(STATUS.FAILED_PRECONDITION);
    expect(await stored(doc)).toBe(1);
  });

  test('finds its transaction closed: INVALID_ARGUMENT', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'reply-lost');
    expect(await statusOf(countInTransaction(client, doc))).toBe(STATUS.INVALID_ARGUMENT);
    expect(await stored(doc)).toBe(1);
  });

  test('asks a query again', async () => {
    proxy.failNext('RunQuery', 'reply-lost');
    expect((await client.collection('nothing').get()).empty).toBe(true);
    expect(fates('RunQuery')).toEqual(['reply-lost', null]);
  });
});

describe('reset', () => {
  test('the server has done it, and the client says INTERNAL without another try', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'reset');
    expect(await statusOf(increment(doc))).toBe(STATUS.INTERNAL);
    expect(fates('Commit')).toEqual(['reset']);
    expect(await stored(doc)).toBe(1);
  });

  test('a transaction runs again as a whole: it is done twice, and the client says OK', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'reset');
    expect(await statusOf(countInTransaction(client, doc))).toBe(STATUS.OK);
    expect(fates('Commit')).toEqual(['reset', null]);
    expect(await stored(doc)).toBe(2);
  });
});

test('silent: the server has done it, and the client waits until its own deadline', async () => {
  const doc = await counter();
  const impatient = firestoreAt(proxy.host, { clientConfig: commitTimeout(COMMIT_TIMEOUT_MS) });
  try {
    proxy.failNext('Commit', 'silent');
    const status = await statusOf(countInTransaction(impatient, impatient.doc(doc.path), 1));
    expect(status).toBe(STATUS.DEADLINE_EXCEEDED);
    expect(fates('Commit')).toEqual(['silent']);
    expect(await stored(doc)).toBe(1);
  } finally {
    await impatient.terminate();
  }
});

describe('twice', () => {
  test('the server does it twice, and the client hears of one', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'twice');
    await increment(doc);
    expect(fates('Commit')).toEqual(['twice']);
    expect(await stored(doc)).toBe(2);
  });

  test('the client gets the second answer', async () => {
    proxy.failNext('Commit', 'twice');
    expect(await statusOf(client.doc('twice/one').create({ n: 1 }))).toBe(STATUS.ALREADY_EXISTS);
  });

  test('of a query too', async () => {
    const doc = await counter();
    proxy.failNext('BatchGetDocuments', 'twice');
    expect((await doc.get()).get('n')).toBe(0);
  });
});

describe('late', () => {
  test("reaches the server after the client's own second try", async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'late');
    await increment(doc);
    expect(fates('Commit')).toEqual(['late', null]);
    expect(await stored(doc)).toBe(1);
    await proxy.release();
    expect(await stored(doc)).toBe(2);
  });

  test('does harm to nobody whose precondition no longer holds', async () => {
    const doc = client.doc('late/one');
    proxy.failNext('Commit', 'late');
    await doc.create({ n: 1 });
    await truth.doc(doc.path).set({ n: 5 });
    await proxy.release();
    expect(await stored(doc)).toBe(5);
  });

  test('is forgotten when all is cleared', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'late');
    await increment(doc);
    proxy.clear();
    await proxy.release();
    expect(await stored(doc)).toBe(1);
  });
});

describe('which calls fail', () => {
  test('those after some, one rule after the other', async () => {
    const doc = await counter();
    proxy.failNext('Commit', 'twice', { after: 1, count: 2 });
    proxy.failNext('Commit', 'reset', { after: 1 });
    for (const expected of [1, 3, 5, 6, 7, 8]) {
      await statusOf(increment(doc));
      expect(await stored(doc)).toBe(expected);
    }
    expect(fates('Commit')).toEqual([null, 'twice', 'twice', null, 'reset', null]);
  });

  test('those that the plan says', async () => {
    const doc = await counter();
    proxy.plan(({ method, nth }) => (method === 'Commit' && nth === 2 ? 'twice' : null));
    for (const expected of [1, 3, 4]) {
      await increment(doc);
      expect(await stored(doc)).toBe(expected);
    }
  });

  test('no stream that has no end fails but by being refused', () => {
    expect(() => proxy.failNext('Listen', 'twice')).toThrow('can be refused');
  });

  test('a plan that throws is told to the client', async () => {
    proxy.plan(() => {
      throw new Error('a bad plan');
    });
    await expect((await counter()).update({ n: 1 })).rejects.toThrow('a bad plan');
  });
});

describe('the ends', () => {
  test('a server that is not there is UNAVAILABLE, with a fault or without', async () => {
    const gone = await startFaultProxy({ target: await nobody() });
    try {
      expect(await grpcStatus(gone.host, 'Commit')).toBe(STATUS.UNAVAILABLE);
      gone.failNext('Commit', 'twice');
      expect(await grpcStatus(gone.host, 'Commit')).toBe(STATUS.UNAVAILABLE);
    } finally {
      await gone.close();
    }
  });

  test('closing ends the calls that wait, and may be done twice', async () => {
    const closing = await startFaultProxy({ target: emulator });
    closing.failNext('Commit', 'silent');
    const session = connect(`http://${closing.host}`);
    session.on('error', () => undefined);
    const ended = once(session, 'close');
    const waiting = call(session, 'Commit');
    waiting.on('error', () => undefined);
    await once(session, 'remoteSettings');
    await closing.close();
    await closing.close();
    await ended;
    expect(waiting.destroyed).toBe(true);
  });
});

/** Reads before it writes, so that it fails if another has written in between. */
async function countInTransaction(
  firestore: Firestore,
  doc: DocumentReference,
  maxAttempts = 5,
): Promise<void> {
  await firestore.runTransaction(
    async (transaction) => {
      const snapshot = await transaction.get(doc);
      transaction.update(doc, { n: Number(snapshot.get('n')) + 1 });
    },
    { maxAttempts },
  );
}

/** Holds for commits of transactions alone: for all others the client has 60 s built in. */
function commitTimeout(ms: number): unknown {
  return { interfaces: { 'google.firestore.v1.Firestore': { methods: { Commit: { timeout_millis: ms } } } } };
}

function call(session: ClientHttp2Session, method: string): ReturnType<ClientHttp2Session['request']> {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/google.firestore.v1.Firestore/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  return stream.end(Buffer.alloc(5));
}

/** One call with an empty message, by a client that doesn't repeat anything. */
async function grpcStatus(host: string, method: string): Promise<number> {
  const session = connect(`http://${host}`);
  try {
    const stream = call(session, method).resume();
    const [headers] = (await once(stream, 'response')) as [Record<string, string>];
    return Number(headers['grpc-status']);
  } finally {
    session.destroy();
  }
}

/** An address where nobody listens any more. */
async function nobody(): Promise<string> {
  const passing = await startFaultProxy({ target: emulator });
  await passing.close();
  return passing.host;
}
