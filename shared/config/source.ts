/** Where the config is read from. */
export interface ConfigSource {
  /**
   * @param known the validator of the text that the caller has; null: it has none
   * @returns `unchanged` if that is still the text, which costs the source little; never for a null
   * @throws MasonError CONFIG_UNREADABLE
   */
  read(known: string | null): Promise<ConfigText | 'unchanged'>;
}

export interface ConfigText {
  /** Named in every fault. */
  readonly file: string;
  readonly text: string;
  /** Stands for this text at its source (an ETag, a generation); absent: it is to be read whole each time. */
  readonly validator?: string;
}
