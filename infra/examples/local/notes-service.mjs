// A small web service that keeps notes in its folder: GET / shows them, POST / with a text adds one.
// Arguments: PORT FOLDER RESOURCE CYCLE. It ends itself as soon as its folder is no longer its own.

import { randomUUID } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { HOST, secretFile } from './service.mjs';

const LONGEST_NOTE = 10_000;
const LOOK_MS = 500;

const [, , port = '', folder = '', resource = '', cycle = ''] = process.argv;
const notes = join(folder, 'notes.txt');
const secret = randomUUID();

/** @type {Record<string, (request: import('node:http').IncomingMessage) => Promise<[number, string]>>} */
const pages = {
  'GET /': async () => [200, `${resource}, round ${cycle}\n${await readFile(notes, 'utf8').catch(() => '')}`],
  'POST /': async (request) => {
    await appendFile(notes, `${await textOf(request)}\n`);
    return [201, 'noted\n'];
  },
  'GET /whoami': async () => [
    200,
    JSON.stringify({ service: 'notes', resource, cycle, folder, pid: process.pid }),
  ],
  'POST /stop': async (request) => (isAllowed(request) ? [200, 'stopped\n'] : [403, 'wrong secret\n']),
};

const server = createServer(async (request, response) => {
  const page = pages[`${request.method} ${request.url}`];
  const [status, text] = page
    ? await page(request).catch((error) => [500, `${error.message}\n`])
    : [404, 'GET / shows the notes, POST / adds one\n'];
  if (request.url === '/stop' && status === 200) response.once('close', () => process.exit(0));
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text);
});

server.on('error', (error) => {
  console.error(error.message);
  // The port is taken: by another run for the same resource, whose service is as good.
  process.exit(Object(error).code === 'EADDRINUSE' ? 0 : 1);
});

server.listen(Number(port), HOST, async () => {
  await writeFile(secretFile(folder), JSON.stringify({ secret }), { mode: 0o600 });
  setInterval(async () => {
    const written = await readFile(secretFile(folder), 'utf8').catch(() => '');
    if (!written.includes(secret)) process.exit(0);
  }, LOOK_MS);
});

const isAllowed = (/** @type {import('node:http').IncomingMessage} */ request) =>
  request.headers['secret'] === secret;

async function textOf(/** @type {import('node:http').IncomingMessage} */ request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LONGEST_NOTE) throw new Error(`a note has at most ${LONGEST_NOTE} characters`);
  }
  return text;
}
