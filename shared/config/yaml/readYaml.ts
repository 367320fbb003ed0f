import { isCollection, isScalar, parseAllDocuments, visit } from 'yaml';
import type { Document } from 'yaml';
import { error } from '../fault.ts';
import type { Finding, Said } from '../fault.ts';
import { buildTree } from './buildTree.ts';
import type { Locate } from './buildTree.ts';
import type { Tree } from './tree.ts';

/**
 * Reads the one document of a YAML text.
 * @param text without a byte order mark
 * @param locate the position of an offset in `text`; in a file around it, if there is one
 * @returns the tree, or null if the text has no content or isn't YAML; what is wrong, syntax alone if that is
 */
export function readYaml(text: string, locate: Locate): { tree: Tree | null; findings: readonly Finding[] } {
  const documents = parse(text);
  const syntax = [
    ...checkCharacters(text, locate),
    ...documents.flatMap((document) => checkSyntax(document, text, locate)),
  ];
  if (syntax.length > 0) return { tree: null, findings: firstOfEachLine(syntax) };

  const [first, ...others] = documents;
  const { tree, findings } = buildTree(first?.contents ?? null, { text, locate });
  return {
    tree: isEmpty(first) ? null : tree,
    findings: [...findings, ...others.flatMap((other) => checkOther(other, locate))],
  };
}

/** Without a schema of the library's, so that every scalar arrives as its text. It catches its own stack overflows. */
function parse(text: string): Document[] {
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return [...parsed];
}

function isEmpty(document: Document | undefined): boolean {
  const contents = document?.contents;
  return !contents || (isScalar(contents) && contents.source === '' && contents.type === 'PLAIN');
}

function checkOther(document: Document, locate: Locate): Finding[] {
  if (isEmpty(document)) return [];
  const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  const problem = 'a second YAML document begins here, and only the first would be read';
  return [
    error(locate(start), { path: '', problem, cure: 'Put everything in one document, without --- between' }),
  ];
}

/** What a Boskos server's YAML reader refuses in any text, and no editor shows. */
const UNREADABLE = /\r(?!\n)|[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function checkCharacters(text: string, locate: Locate): Finding[] {
  return [...text.matchAll(UNREADABLE)].map(({ 0: character, index }) => {
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const problem = `the character U+${code} may not stand in YAML`;
    const cure =
      character === '\r'
        ? 'End lines with a line feed'
        : 'Delete it, or write it as an escape in double quotes';
    return error(locate(index), { path: '', problem, cure });
  });
}

function checkSyntax(document: Document, text: string, locate: Locate): Finding[] {
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const faults = exhausted ? [exhausted] : document.errors;
  return faults.map((fault) => error(locate(findStart(fault, document, text)), describe(fault)));
}

/** One slip often brings several errors: what follows it in its line is about the same. */
function firstOfEachLine(findings: readonly Finding[]): Finding[] {
  return [...Map.groupBy(findings, ({ line }) => line).values()].flatMap(([first]) => first ?? []);
}

type ParseError = Document['errors'][number];

/** The library reports what was never closed at the end of the file; a person wants to know where it was opened. */
function findStart(fault: ParseError, document: Document, text: string): number {
  const [from] = fault.pos;
  if (isUnclosed(fault)) return findOpening(document, from) ?? from;
  return fault.code === 'TAB_AS_INDENT'
    ? from
    : from + (/^[ \r\n]*(?=\S)/.exec(text.slice(from))?.[0].length ?? 0);
}

function isUnclosed({ message }: ParseError): boolean {
  return /^Missing closing|end with a [\]}]$/.test(message);
}

function findOpening(document: Document, end: number): number | null {
  let opening: number | null = null;
  visit(document, {
    Node: (_, node) => {
      const opens = isCollection(node) ? node.flow === true : isScalar(node) && node.type !== 'PLAIN';
      const [from, to] = node.range ?? [0, 0];
      if (opens && from < end && to >= end) opening = Math.max(opening ?? 0, from);
    },
  });
  return opening;
}

const TOO_DEEP: Pick<Said, 'problem' | 'cure'> = {
  problem: 'lists and mappings stand too deep in each other here',
  cure: 'Flatten them',
};

const UNCLOSED: Pick<Said, 'problem' | 'cure'> = {
  problem: 'this is not YAML: what opens here is never closed, or is closed with too little indentation',
  cure: 'Close the quotes or brackets, and indent what is between them',
};

function describe(fault: ParseError): Said {
  const { code, message } = fault;
  if (isUnclosed(fault)) return { path: '', ...UNCLOSED };
  if (code === 'RESOURCE_EXHAUSTION') return { path: '', ...TOO_DEEP };
  const known = KNOWN_ERRORS[code];
  const problem = known?.problem ?? message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return {
    path: '',
    problem: `this is not YAML: ${problem}`,
    cure: known?.cure ?? 'Correct what stands here',
  };
}

/** The faults that people really make, in words that say what to do; for the others the library's words will do. */
const KNOWN_ERRORS: Readonly<Partial<Record<ParseError['code'], { problem?: string; cure: string }>>> = {
  TAB_AS_INDENT: { problem: 'a tab is used as indentation', cure: 'Indent with spaces' },
  BAD_INDENT: { cure: 'Give what belongs together the same indentation' },
  MISSING_CHAR: { cure: 'Add it, or correct the indentation' },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a value has a second "key: value" in it',
    cure: 'Check the indentation here and in the next line, or put a text with ": " in it in quotes',
  },
  MULTILINE_IMPLICIT_KEY: {
    problem: 'a line without a colon stands before a key',
    cure: 'Add the colon, or correct the indentation',
  },
  BAD_SCALAR_START: { cure: 'Put the value in quotes' },
  BAD_DQ_ESCAPE: { cure: 'Write the backslash twice, or use single quotes' },
  MULTIPLE_ANCHORS: { cure: 'Delete one of the anchors' },
  UNEXPECTED_TOKEN: { cure: 'Delete it, put it in quotes, or correct the indentation' },
};
