/** A place in a text: line and column from 1; the column counts UTF-16 units, as editors and the YAML library do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * One thing that is wrong with a config file. An error refuses the file; a warning lets it through.
 * `path` names the value (`resources[2].mason.patience`), `problem` and `cure` are sentences without their full stop.
 */
export interface Fault {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly problem: string;
  readonly cure: string;
}

/** A fault before it is known in which file. */
export type Finding = Omit<Fault, 'file'>;

/** What is said about a place: its path, what is wrong there, and what to do about it. */
export type Said = Pick<Fault, 'path' | 'problem' | 'cure'>;

/** A fault as one line in the form that terminals and editors make a link of. */
export function formatFault(fault: Fault): string {
  return `${fault.file}:${fault.line}:${fault.column}: ${fault.severity}: ${fault.problem}. ${fault.cure}`;
}

export function error(at: Position, said: Said): Finding {
  return finding('error', at, said);
}

export function warning(at: Position, said: Said): Finding {
  return finding('warning', at, said);
}

function finding(
  severity: Finding['severity'],
  { line, column }: Position,
  { path, problem, cure }: Said,
): Finding {
  return { severity, line, column, path: oneLine(path), problem: oneLine(problem), cure: oneLine(cure) };
}

/** A sentence may quote whole blocks of the file, and what a terminal would obey. */
function oneLine(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return shown.replace(/\p{C}|[\u2028\u2029]/gu, (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16)}}`);
}

const LONGEST = 400;

/** The findings by position, each once: what an alias repeats is wrong in one place only. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const byPlace = new Map(
    findings.map((finding) => [[finding.line, finding.column, finding.problem].join(), finding]),
  );
  return [...byPlace.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The path of a member of what stands at `path`: `a` + `b` is `a.b`, `a` + 2 is `a[2]`. */
export function pathTo(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  const text = String(key);
  if (!/^[\w/-]+$/.test(text)) return `${path}[${JSON.stringify(text)}]`;
  return path === '' ? text : `${path}.${text}`;
}
