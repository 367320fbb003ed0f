import { percentDecoded } from './percent.ts';

/**
 * The parameters of a call as Go's url.Values.Get tells them (boskos-wire.md: read from the URL's query only, the first of
 * a repeated one wins): pairs with a malformed escape or a semicolon are passed over, `+` is a space.
 * @param query what stands behind the `?`
 */
export function readQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [name = '', ...rest] = pair.split('=');
    const key = decoded(name);
    const value = decoded(rest.join('='));
    if (key !== null && value !== null && !parameters.has(key)) parameters.set(key, value);
  }
  return parameters;
}

const decoded = (text: string): string | null => percentDecoded(text.replaceAll('+', ' '));
