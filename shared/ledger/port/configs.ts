import type { ContentRecord, Pause, TypeRecord } from '../typeRecord.ts';

// What phases read of the config.

export interface Configs {
  /**
   * Replaces every pointer at once; a type that is no longer there is marked removed until its last member is gone. Who
   * waits for supply by an old config is due at once. What a person has paused stays paused, whatever `pause` says here.
   */
  store(types: readonly TypeRecord[]): Promise<void>;
  /**
   * Pauses a type, or, with null, resumes it.
   * @returns false: it is so already, or the config has no such type
   */
  pause(type: string, order: Omit<Pause, 'at'> | null): Promise<boolean>;
  types(): Promise<readonly TypeRecord[]>;
  type(type: string): Promise<TypeRecord | null>;
  content(type: string, hash: string): Promise<ContentRecord | null>;
  /** Forgets contents that no record names, and removed types without members. */
  sweep(): Promise<void>;
}
