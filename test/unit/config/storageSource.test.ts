import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'gaxios';

import { storageSource } from '../../../shared/config/storage/storageSource.ts';
import { openConfigServer, type ConfigServer } from './configServer.ts';

const TEXT = 'resources: []\n';
const OBJECT = { bucket: 'team-configs', object: 'a/b c.yaml' };
const FILE = 'gs://team-configs/a/b c.yaml';

let server: ConfigServer;
beforeEach(async () => {
  server = await openConfigServer();
});
afterEach(() => server.close());

const open = () => storageSource(OBJECT, { request, endpoint: server.url });

describe('a config in Cloud Storage', () => {
  test('is read with its generation as validator', async () => {
    server.answer = (_, response) => response.writeHead(200, { 'x-goog-generation': '17' }).end(TEXT);
    expect(await open().read(null)).toEqual({ file: FILE, text: TEXT, validator: '17' });
    expect(server.asked[0]?.path).toBe('/storage/v1/b/team-configs/o/a%2Fb%20c.yaml?alt=media');
  });

  test('that is unchanged is not sent again', async () => {
    server.answer = ({ path }, response) =>
      path.endsWith('?alt=media&ifGenerationNotMatch=17')
        ? response.writeHead(304).end()
        : response.writeHead(200, { 'x-goog-generation': '18' }).end(TEXT);
    expect(await open().read('17')).toBe('unchanged');
    expect(await open().read('16')).toMatchObject({ validator: '18' });
  });

  test.each([
    [401, /grant the service account roles\/storage\.objectViewer on the bucket$/],
    [403, /grant the service account roles\/storage\.objectViewer on the bucket$/],
    [404, /there is no such object, or no such bucket$/],
    [500, /Cloud Storage answers 500; the next sync asks again$/],
    [304, /Cloud Storage answers 304, which is no config$/],
  ])('is refused with what to do about %d', async (status, why) => {
    server.answer = (_, response) => response.writeHead(status).end('{"error": {"message": "no"}}');
    const error: unknown = await open()
      .read(null)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringMatching(why) as unknown,
    });
    expect(String(error)).toContain(FILE);
  });

  test('that is not UTF-8 is refused', async () => {
    server.answer = (_, response) => response.end(Buffer.from([0xff, 0xfe]));
    await expect(open().read(null)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });

  test('says why there are no credentials', async () => {
    const source = storageSource(OBJECT, {
      request: () => Promise.reject(new Error('Could not load the default credentials.')),
    });
    await expect(source.read(null)).rejects.toThrow(
      `the config ${FILE} can not be read: Could not load the default credentials.`,
    );
  });
});
