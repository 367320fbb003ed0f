import { constructed } from '../port.ts';
import type { Cleaner, CleanerConverter, ConfigConverter, Masonable } from '../port.ts';
import { readNothing, readUserData } from './answer.ts';
import { callCommand } from './callCommand.ts';
import type { CommandOptions } from './callCommand.ts';
import { cleanContent, commandContent } from './content.ts';
import type { CleanContent, CommandContent } from './content.ts';

/**
 * The Masonable `Command`: a program of the user's constructs and destroys. README.md says what the program meets.
 * Register it only where whoever writes the config may run programs.
 */
export function commandConverter(options: CommandOptions = {}): ConfigConverter<CommandContent> {
  return { content: commandContent, convert: (content) => createCommand(content, options) };
}

/** The cleaner `Command`: a program of the user's cleans a physical resource. */
export function commandCleaner(options: CommandOptions = {}): CleanerConverter<CleanContent> {
  return { content: cleanContent, convert: (content) => createCleaner(content, options) };
}

function createCommand(
  { destroy: destroyer, ...content }: CommandContent,
  options: CommandOptions,
): Masonable {
  const construct: Masonable['construct'] = async (resource, leased, context) => {
    const call = { action: 'construct', argv: content.run, content, resource, leased, context } as const;
    const answer = await callCommand(call, readUserData, options);
    return answer.done ? constructed(answer.value) : answer;
  };
  if (!destroyer) return { construct };
  return {
    construct,
    destroy: async (resource, leased, context) => {
      const call = { action: 'destroy', argv: destroyer, content, resource, leased, context } as const;
      return callCommand(call, readNothing, options);
    },
  };
}

function createCleaner(content: CleanContent, options: CommandOptions): Cleaner {
  return {
    clean: async (resource, context) => {
      const call = { action: 'clean', argv: content.run, content, resource, leased: {}, context } as const;
      return callCommand(call, readNothing, options);
    },
  };
}
