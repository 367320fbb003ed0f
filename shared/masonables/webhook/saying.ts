import { stripVTControlCharacters } from 'node:util';

import * as z from 'zod';

import { mask } from '../mask.ts';
import type { Reply } from './post.ts';

/** Characters of a server's message that are kept. */
const LONGEST = 300;

/** Where an API says what is wrong: RFC 9457 has `detail` and `title`, Google `error.message`. */
const said = z.object({
  message: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  error: z
    .union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)])
    .optional()
    .catch(undefined),
});

/**
 * What an answer that is no success says to people, in one line; '' if it says nothing that may be shown. Of JSON only the
 * message is: it may repeat the order, with the user data in it. A page for browsers says nothing.
 * @param told the values that the server was told, which are masked
 */
export function sayingOf({ headers, text, secrets }: Reply, told: readonly string[]): string {
  const type = headers.get('content-type') ?? '';
  const message = /^[^;]*\bjson\b/i.test(type) ? messageIn(text) : /^text\/plain\b/i.test(type) ? text : '';
  const line = stripVTControlCharacters(mask(message, [...secrets, ...told], false))
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function messageIn(text: string): string {
  try {
    const { message, detail, error, title } = said.parse(JSON.parse(text));
    return message ?? detail ?? error ?? title ?? '';
  } catch {
    return '';
  }
}
