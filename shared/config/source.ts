/** Where the config file is read from. */
export interface ConfigSource {
  /** @throws MasonError CONFIG_UNREADABLE */
  read(): Promise<ConfigText>;
}

export interface ConfigText {
  /** Named in every fault. */
  readonly file: string;
  readonly text: string;
}
