/** A text of JSON as Go's encoding/json writes it: also what HTML gives a meaning to is escaped. */
export const goText = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A struct: its fields in the order in which they stand, each with its JSON. */
export const goStruct = (fields: readonly (readonly [name: string, json: string])[]): string =>
  `{${fields.map(([name, json]) => `${goText(name)}:${json}`).join(',')}}`;

/** A map: its keys in the order of their bytes. (An object of JavaScript would put those that are numbers first.) */
export function goMap<Value>(map: Readonly<Record<string, Value>>, jsonOf: (value: Value) => string): string {
  const entries = Object.entries(map).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return goStruct(entries.map(([name, value]) => [name, jsonOf(value)]));
}

export const goList = (items: readonly string[]): string => `[${items.join(',')}]`;
