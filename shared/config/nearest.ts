import { distance } from 'fastest-levenshtein';

/** One letter more, less or another, or two neighbours changed about, is a slip; three such is another word. */
const FURTHEST = 2;

/** The known word that `word` is nearly (two letters off at most, or in other case or hyphenation), or null. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const ranked = [...known]
    .map((candidate) => ({ candidate, off: steps(word, candidate) }))
    .sort((a, b) => a.off - b.off);
  const [best] = ranked;
  if (!best || best.off > FURTHEST) return null;
  // Any two words of two letters are only two letters off.
  return best.off < Math.min(word.length, best.candidate.length) ? best.candidate : null;
}

function steps(word: string, candidate: string): number {
  if (squash(word) === squash(candidate)) return 0;
  return distance(word.toLowerCase(), candidate.toLowerCase());
}

function squash(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, '');
}

/** The words as a list to read, with a word for none. */
export function listed(words: Iterable<string>): string {
  return [...words].join(', ') || 'none';
}
