const LONGEST = 240;

/** What a list shows of a long text; the whole of it is in the resource itself. */
export const cut = (text: string, longest = LONGEST): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
