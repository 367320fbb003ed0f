import { goQuoteByte } from './goQuote.ts';

export type FirstJson =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Nothing but white space. */
  | { readonly kind: 'none' }
  /** Not JSON, in the words of Go's encoding/json. */
  | { readonly kind: 'fault'; readonly message: string };

/**
 * The first value of a text of JSON, as Go's json.Decoder reads it: whatever follows is not looked at, and a fault is
 * named in Go's words (boskos-wire.md, POST /update). Bytes that are no UTF-8 become U+FFFD.
 */
export function firstJson(body: Uint8Array): FirstJson {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const scanner = new Scanner(bytes.toString('latin1'));
  try {
    if (scanner.isAtEnd()) return { kind: 'none' };
    const end = scanner.scan();
    return { kind: 'value', value: JSON.parse(bytes.toString('utf8', 0, end)) as unknown };
  } catch (error) {
    if (error instanceof JsonFault) return { kind: 'fault', message: error.message };
    throw error;
  }
}

/** What is wrong with a text that should be JSON. */
class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

/** Go's limit of lists and objects in each other. */
const DEEPEST = 10_000;
const ESCAPES = '"\\/bfnrt';
const DIGITS = '0123456789';
const HEXADECIMALS = `${DIGITS}abcdefABCDEF`;
const CLOSING = { object: '}', array: ']' } as const;
type Nest = keyof typeof CLOSING;

/** Goes through a text whose characters are bytes. */
class Scanner {
  readonly #text: string;
  readonly #nests: Nest[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Passes over white space. */
  isAtEnd(): boolean {
    while (' \t\r\n'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at += 1;
    return this.#at >= this.#text.length;
  }

  /** @returns where the first value ends */
  scan(): number {
    do this.#beginValue();
    while (this.#goOn());
    return this.#at;
  }

  /** A value, or the opening of a list or an object and what comes before its first value. */
  #beginValue(): void {
    for (;;) {
      const character = this.#next();
      if (character === '{') {
        this.#open('object');
        if (this.#closes()) return;
        this.#scanKey();
      } else if (character === '[') {
        this.#open('array');
        if (this.#closes()) return;
      } else {
        this.#scanScalar(character);
        return;
      }
    }
  }

  #open(nest: Nest): void {
    if (this.#nests.push(nest) > DEEPEST) throw new JsonFault('exceeded max depth');
    this.#at += 1;
  }

  /** @returns whether the innermost list or object ends here */
  #closes(): boolean {
    const nest = this.#nests.at(-1);
    if (nest === undefined || this.#next() !== CLOSING[nest]) return false;
    this.#nests.pop();
    this.#at += 1;
    return true;
  }

  /** What follows a value. @returns whether another one begins */
  #goOn(): boolean {
    for (;;) {
      const nest = this.#nests.at(-1);
      if (nest === undefined) return false;
      if (this.#closes()) continue;
      if (this.#next() !== ',')
        this.#refuse(nest === 'object' ? 'after object key:value pair' : 'after array element');
      this.#at += 1;
      if (nest === 'object') this.#scanKey();
      return true;
    }
  }

  #scanKey(): void {
    if (this.#next() !== '"') this.#refuse('looking for beginning of object key string');
    this.#scanString();
    if (this.#next() !== ':') this.#refuse('after object key');
    this.#at += 1;
  }

  #scanScalar(character: string): void {
    if (character === '"') this.#scanString();
    else if (character === '-' || DIGITS.includes(character)) this.#scanNumber();
    else if (character === 't') this.#scanLiteral('true');
    else if (character === 'f') this.#scanLiteral('false');
    else if (character === 'n') this.#scanLiteral('null');
    else this.#refuse('looking for beginning of value');
  }

  #scanString(): void {
    this.#at += 1;
    for (let character = this.#here(); character !== '"'; character = this.#here()) {
      if (character < ' ') this.#refuse('in string literal');
      this.#at += 1;
      if (character === '\\') this.#scanEscape();
    }
    this.#at += 1;
  }

  #scanEscape(): void {
    if (this.#here() !== 'u') {
      this.#take(ESCAPES, 'in string escape code');
      return;
    }
    this.#at += 1;
    for (let digits = 0; digits < 4; digits += 1)
      this.#take(HEXADECIMALS, 'in \\u hexadecimal character escape');
  }

  #scanNumber(): void {
    if (this.#here() === '-') this.#at += 1;
    if (this.#here() === '0') this.#at += 1;
    else this.#takeDigits('in numeric literal');
    if (this.#isHere('.')) {
      this.#at += 1;
      this.#takeDigits('after decimal point in numeric literal');
    }
    if (this.#isHere('eE')) {
      this.#at += 1;
      if ('+-'.includes(this.#here())) this.#at += 1;
      this.#takeDigits('in exponent of numeric literal');
    }
  }

  #takeDigits(where: string): void {
    this.#take(DIGITS, where);
    while (this.#isHere(DIGITS)) this.#at += 1;
  }

  #scanLiteral(literal: string): void {
    for (const expected of literal)
      this.#take(expected, `in literal ${literal} (expecting ${goQuoteByte(expected.charCodeAt(0))})`);
  }

  #take(allowed: string, where: string): void {
    if (!allowed.includes(this.#here())) this.#refuse(where);
    this.#at += 1;
  }

  /** The next character that isn't white space. */
  #next(): string {
    this.isAtEnd();
    return this.#here();
  }

  #here(): string {
    if (this.#at >= this.#text.length) throw new JsonFault('unexpected EOF');
    return this.#text.charAt(this.#at);
  }

  /** Also at the end of the text, where a number may end. */
  #isHere(allowed: string): boolean {
    return this.#at < this.#text.length && allowed.includes(this.#text.charAt(this.#at));
  }

  #refuse(where: string): never {
    const byte = goQuoteByte(this.#text.charCodeAt(this.#at));
    throw new JsonFault(`invalid character ${byte} ${where}`);
  }
}
