import { readFile } from 'node:fs/promises';

import { systemMessage } from '../../runtime/systemMessage.ts';
import { failed } from './fault.ts';
import type { WebhookParts } from './parts.ts';

/**
 * Which variables a config may name: whoever writes it is to find no use for others. One that ends with _FILE has the path
 * of a file.
 */
export const SECRET_VARIABLE = /^MASON_WEBHOOK_[A-Z0-9_]+$/;

/**
 * The secrets that a variable holds, or the file that it names: one a line, all of which sign, so that an old and a new one
 * can overlap. They are read at each call: a mounted secret changes while we run.
 * @throws WebhookFault, with nothing secret in it
 */
export async function readSecrets(
  variable: string,
  { variables }: Pick<WebhookParts, 'variables'>,
): Promise<readonly Secret[]> {
  const value = variables[variable] ?? '';
  if (value === '')
    throw failed(
      `the environment variable ${variable}, which is to hold the secret, is not set where Mason runs`,
    );
  const isFile = variable.endsWith('_FILE');
  const text = isFile ? await textOf(variable, value) : value;
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const secrets = lines.flatMap((line, at) => {
    if (line === '') return [];
    const key = keyIn(line);
    if (key === null) throw failed(`${lines.length > 1 ? `line ${at + 1} of ` : ''}${variable} ${NO_SECRET}`);
    return [{ text: line, key }];
  });
  if (secrets.length === 0) throw failed(`${variable} has no secret in it: it ${NO_SECRET}`);
  return secrets;
}

export interface Secret {
  /** As it is handed to people: whsec_ and base64. */
  readonly text: string;
  readonly key: Buffer;
}

/** Bytes, by the specification. */
const SHORTEST = 24;
const LONGEST = 64;
const NO_SECRET = `is no secret of Standard Webhooks, which is whsec_ and ${SHORTEST} to ${LONGEST} bytes in base64: make one with echo "whsec_$(openssl rand -base64 32)"`;

function keyIn(line: string): Buffer | null {
  const encoded = line.replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= SHORTEST && key.length <= LONGEST ? key : null;
}

async function textOf(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw failed(`the secret can not be read from ${path} (${variable}): ${systemMessage(error)}`);
  }
}
