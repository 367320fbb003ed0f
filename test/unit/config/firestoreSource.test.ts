import { describe, expect, test } from '@jest/globals';
import { Timestamp, type Firestore } from '@google-cloud/firestore';

import { firestoreSource } from '../../../shared/config/firestore/firestoreSource.ts';
import { createWorldClock } from '../../support/worldClock.ts';

interface Document {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly updateTime: Timestamp;
}

/** What of Google's client is used, on one document; each read's field mask is kept. */
function open(found: { document: Document | null | Error | 'silent' }) {
  const masks: unknown[] = [];
  const clock = createWorldClock();
  const client = {
    doc: (path: string) => ({ path }),
    getAll: async ({ path }: { path: string }, { fieldMask }: { fieldMask: readonly string[] }) => {
      expect(path).toBe('mason/config');
      masks.push(fieldMask);
      const { document } = found;
      if (document instanceof Error) throw document;
      if (document === 'silent') return new Promise<never>(() => undefined);
      if (document === null) return [{ exists: false }];
      const { fields, updateTime } = document;
      return [
        {
          exists: true,
          updateTime,
          get: (field: string) => (fieldMask.includes(field) ? fields[field] : undefined),
        },
      ];
    },
  } as unknown as Firestore;
  const source = firestoreSource('mason/config', { client: async () => client, clock });
  return { source, masks, clock };
}

const V1 = { fields: { text: 'resources: []\n' }, updateTime: new Timestamp(1_700_000_000, 1_000) };
const V2 = { fields: { text: 'resources:\n' }, updateTime: new Timestamp(1_700_000_000, 2_000) };

describe('a config in Firestore', () => {
  test('is read with its update time as validator, to the nanosecond', async () => {
    const found = { document: V1 };
    const { source } = open(found);
    const first = await source.read(null);
    found.document = V2;
    const second = await source.read(null);
    expect(first).toMatchObject({ file: 'firestore:mason/config', text: 'resources: []\n' });
    expect(second).toMatchObject({ text: 'resources:\n' });
    expect(validatorOf(first)).not.toBe(validatorOf(second));
  });

  test('that is unchanged costs one read, without a field', async () => {
    const found = { document: V1 };
    const { source, masks } = open(found);
    const validator = validatorOf(await source.read(null));
    expect(await source.read(validator)).toBe('unchanged');
    expect(masks).toEqual([['text'], []]);
    found.document = V2;
    expect(await source.read(validator)).toMatchObject({ text: 'resources:\n' });
  });

  test.each([
    ['that is not there', null, /there is no such document$/],
    ['without its field', { ...V1, fields: {} }, /it has no field "text" of type string$/],
    ['whose field is no text', { ...V1, fields: { text: 7 } }, /it has no field "text" of type string$/],
    [
      'that may not be read',
      Object.assign(new Error('no'), { code: 7 }),
      /grant the service account roles\/datastore\.viewer$/,
    ],
    ['that can not be reached', new Error('14 UNAVAILABLE: away'), /14 UNAVAILABLE: away$/],
  ])('%s is refused', async (_, document, why) => {
    const { source, clock } = open({ document });
    for (const known of [null, 'old'])
      await expect(source.read(known)).rejects.toMatchObject({
        code: 'CONFIG_UNREADABLE',
        message: expect.stringMatching(why) as unknown,
      });
    expect(clock.timers()).toBe(0);
  });

  test('that does not come is not waited for', async () => {
    const { source, clock } = open({ document: 'silent' });
    const read = source.read(null);
    const refused = expect(read).rejects.toThrow(/Firestore did not answer within 10 s$/);
    await clock.advance(10_000, () => Promise.resolve());
    await refused;
  });
});

function validatorOf(read: Awaited<ReturnType<ReturnType<typeof open>['source']['read']>>): string {
  if (read === 'unchanged' || read.validator === undefined) throw new Error('it has no validator');
  return read.validator;
}
