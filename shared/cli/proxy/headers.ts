import type { IncomingMessage } from 'node:http';

type Pair = readonly [name: string, value: string];

/** What concerns one connection alone (RFC 9110, 7.6.1), beside what `Connection` names. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What is put in anew, was answered here (`Expect`), or is this machine's alone: a browser sends all cookies of localhost. */
const REPLACED = ['host', 'authorization', 'x-serverless-authorization', 'expect', 'cookie'];

/** The headers of a call as it is sent on, name after value. */
export function requestHeaders(
  { rawHeaders, headers, method = 'GET' }: Pick<IncomingMessage, 'rawHeaders' | 'headers' | 'method'>,
  { host, bearer }: { readonly host: string; readonly bearer: string },
): string[] {
  const own: Pair[] = [
    ['host', host],
    ['authorization', `Bearer ${bearer}`],
  ];
  // How the body's end is told has to be said again, or what follows it would be read as the next call.
  if (headers['transfer-encoding'] !== undefined) own.push(['transfer-encoding', 'chunked']);
  else if (headers['content-length'] === undefined && !['GET', 'HEAD'].includes(method))
    own.push(['content-length', '0']);
  return [...own, ...without(pairsOf(rawHeaders), REPLACED)].flat();
}

/** The headers of an answer as it is sent back, name after value. */
export const answerHeaders = ({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string[] =>
  without(pairsOf(rawHeaders), []).flat();

function without(pairs: readonly Pair[], names: readonly string[]): Pair[] {
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase()));
  // Whoever names the length as his connection's own affair would take its frame from the body.
  const dropped = new Set([...HOP_BY_HOP, ...named.filter((name) => name !== 'content-length'), ...names]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase()));
}

const pairsOf = (raw: readonly string[]): Pair[] =>
  raw.flatMap((name, index): Pair[] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
