import * as z from 'zod';
import type { ZodType } from 'zod';

import { readContent } from '../config/content.ts';
import { MasonError } from '../errors.ts';
import { messageOf } from './messageOf.ts';
import type { Cleaner, CleanerConverter, ConfigConverter, Converter, Masonable } from './port.ts';

/** What this deployment can make and clean, by the names that a config uses. */
export interface Registry {
  /**
   * Makes `name` usable as a resource's `config.type`. The word is the original's (RegisterConfigConverter).
   * @throws MasonError MASONABLE_DUPLICATE, MODULE_INVALID (what is registered is no converter)
   */
  registerConfigConverter<Content>(name: string, converter: ConfigConverter<Content>): void;
  /**
   * Makes `name` usable as `mason: {janitor: {type: name, …}}`.
   * @throws MasonError MASONABLE_DUPLICATE, MODULE_INVALID (what is registered is no converter)
   */
  registerCleaner<Settings>(name: string, converter: CleanerConverter<Settings>): void;
  /**
   * The Masonable that `config: {type, content}` describes.
   * @param contentText `config.content` as it stands in the config: one YAML document, read as Boskos reads
   *   its config; no text at all is an empty mapping
   * @throws MasonError MASONABLE_UNKNOWN, CONTENT_INVALID
   */
  masonable(configType: string, contentText: string): Masonable;
  /**
   * The cleaner that `mason: {janitor: {type, …settings}}` describes.
   * @param settings what stands beside `type` in the config, as it was read
   * @throws MasonError MASONABLE_UNKNOWN, CONTENT_INVALID
   */
  cleaner(type: string, settings: unknown): Cleaner;
  /** The content's schema by `config.type`, in order of registration: the config checker's list of known types. */
  masonableSchemas(): ReadonlyMap<string, ZodType>;
  /** The settings' schema by janitor type, in order of registration. */
  cleanerSchemas(): ReadonlyMap<string, ZodType>;
}

/** An empty registry: one is made a process, by runtime/compose. */
export function createRegistry(): Registry {
  const masonables = new Map<string, Entry<Masonable>>();
  const cleaners = new Map<string, Entry<Cleaner>>();
  return {
    registerConfigConverter: (name, converter) => {
      add(masonables, `Masonable ${quoted(name)}`, { name, converter });
    },
    registerCleaner: (name, converter) => {
      add(cleaners, `cleaner ${quoted(name)}`, { name, converter });
    },
    masonable: (configType, contentText) => {
      const entry = masonables.get(configType);
      if (!entry) throw unknown(`config.type ${quoted(configType)}`, masonables.keys());
      return entry.fromText(contentText);
    },
    cleaner: (type, settings) => {
      const entry = cleaners.get(type);
      if (!entry) throw unknown(`janitor type ${quoted(type)}`, cleaners.keys());
      return entry.fromValue(settings);
    },
    masonableSchemas: () => schemasOf(masonables),
    cleanerSchemas: () => schemasOf(cleaners),
  };
}

/** A converter with its content type closed over, so that converters of different contents fit in one map. */
interface Entry<Made> {
  readonly schema: ZodType;
  fromText(yaml: string): Made;
  fromValue(content: unknown): Made;
}

interface Registration<Content, Made> {
  readonly name: string;
  readonly converter: Converter<Content, Made>;
}

function add<Content, Made>(
  entries: Map<string, Entry<Made>>,
  what: string,
  { name, converter }: Registration<Content, Made>,
): void {
  if (entries.has(name))
    throw new MasonError('MASONABLE_DUPLICATE', `${what} is registered already: rename one`);
  if (!isConverter(converter)) {
    throw new MasonError(
      'MODULE_INVALID',
      `${what} must be registered with {content: a zod 4 schema, convert: a function}`,
    );
  }
  const convert = (content: Content): Made => {
    try {
      return converter.convert(content);
    } catch (error) {
      throw notFitting(what, messageOf(error), error);
    }
  };
  entries.set(name, {
    schema: converter.content,
    fromText: (yaml) => {
      const read = readContent(yaml, converter.content);
      if ('problem' in read) throw notFitting(what, read.problem);
      return convert(read.content);
    },
    fromValue: (content) => {
      const checked = converter.content.safeParse(content);
      if (!checked.success) throw notFitting(what, z.prettifyError(checked.error), checked.error);
      return convert(checked.data);
    },
  });
}

/** A deployment's own modules may be plain JavaScript, so the types alone don't hold here. */
function isConverter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { content, convert } = value as { content?: unknown; convert?: unknown };
  return (
    typeof convert === 'function' && typeof content === 'object' && content !== null && '_zod' in content
  );
}

const schemasOf = <Made>(entries: ReadonlyMap<string, Entry<Made>>): ReadonlyMap<string, ZodType> =>
  new Map(Array.from(entries, ([name, entry]) => [name, entry.schema]));

const notFitting = (what: string, why: string, cause?: unknown): MasonError =>
  new MasonError('CONTENT_INVALID', `the content for ${what} does not fit: ${why}`, { cause });

function unknown(what: string, names: Iterable<string>): MasonError {
  const known = [...names].map(quoted).join(', ') || 'nothing';
  return new MasonError('MASONABLE_UNKNOWN', `${what} is not registered here; registered: ${known}`);
}

const quoted = (name: string): string => JSON.stringify(name);
