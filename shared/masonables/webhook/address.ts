/** What is wrong with the URL of a webhook, and its cure; null: nothing. A fault repeats no password. */
export function faultOfUrl(text: string): { readonly message: string; readonly cure: string } | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return {
      message: 'it is no https URL',
      cure: 'Write a whole one, like https://builder.example/environments',
    };
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    return {
      message: 'http is for this machine alone (localhost)',
      cure: 'Write https:// instead of http://',
    };
  if (url.username !== '' || url.password !== '')
    return { message: 'it has a user or a password in it', cure: 'Take them out: auth says who calls' };
  if (url.hash !== '')
    return { message: 'it has a #, and no server sees what follows', cure: 'Take that out' };
  return null;
}

/** As the URL parser writes them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** A URL for people: its parameters may be secret. */
export function shownUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}

/** What must not be shown of it, as it is written and as a server reads it. */
export function parametersOf(text: string): readonly string[] {
  const { search, searchParams } = new URL(text);
  return search === '' ? [] : [search, search.slice(1), ...searchParams.values()];
}
