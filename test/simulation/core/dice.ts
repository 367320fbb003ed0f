/** Chance that a seed decides: the same words give the same numbers (mulberry32). */
export class Dice {
  #state: number;

  constructor(...words: readonly number[]) {
    this.#state = words.reduce((state, word) => scramble(Math.imul(state ^ word, 0x9e3779b1)), 0x2545f491);
  }

  /** In [0, 1). */
  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    return (scramble(this.#state) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.number() * count);
  }

  chance(probability: number): boolean {
    return this.number() < probability;
  }

  /** @throws if there is nothing to pick from */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** By weight; what weighs nothing is never picked. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    let sum = 0;
    for (const name in weights) sum += weights[name];
    let left = this.number() * sum;
    for (const name in weights) {
      left -= weights[name];
      if (left < 0) return name;
    }
    throw new Error('nothing weighs anything');
  }

  /** A UUID v4. */
  uuid(): string {
    const word = (): string =>
      this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    const hex = word() + word() + word() + word();
    const variant = '89ab'[this.below(4)] ?? '8';
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 15), 1 | word);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return mixed ^ (mixed >>> 14);
}
