import * as z from 'zod';
import { duration } from '../../../shared/config/duration.ts';
import { formatFault } from '../../../shared/config/fault.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import type { KnownContents } from '../../../shared/config/readConfig.ts';

const command = z.strictObject({
  run: z
    .array(z.string().min(1))
    .min(1)
    .meta({ description: 'a program and its arguments', examples: [['make', 'cluster']] }),
  env: z.record(z.string(), z.string()).optional(),
  timeout: duration.optional(),
});

const size = z.object({ disk: z.number().max(10), zone: z.enum(['a', 'b']).default('a') });

/** What the configs of these tests may name: two Masonables and two cleaners, over another Boskos. */
export const known: KnownContents = {
  masonables: new Map<string, z.ZodType>([
    ['Command', command],
    ['Size', size],
  ]),
  cleaners: new Map<string, z.ZodType>([
    ['None', z.strictObject({})],
    ['Command', command],
  ]),
  borrows: true,
};

/** The faults of a config as lines of `line:column: severity: problem. cure`. */
export function faultsOf(text: string): string[] {
  return readConfig({ text, file: 'f' }, known).faults.map((fault) => formatFault(fault).replace(/^f:/, ''));
}

/** Cuts the indentation of a template's first line from all its lines. */
export function yaml(strings: TemplateStringsArray, ...parts: string[]): string {
  const text = String.raw({ raw: strings }, ...parts).replace(/^\n/, '');
  const indent = /^ */.exec(text)?.[0] ?? '';
  return text
    .split('\n')
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
    .join('\n');
}

export const goodConfig = yaml`
  # Physical
  resources:
  - type: gce-project
    state: dirty
    names:
    - project-1
    - project-2
    - project-3
    mason:
      janitor: {type: Command, run: [clean, --all]}
  - type: port
    min-count: 2
    max-count: 8
    lifespan: 48h
  # Virtual
  - type: cluster
    state: dirty
    min-count: 1
    max-count: 2
    needs:
      gce-project: 1
      port: 2
    config:
      type: Command
      content: |
        run: [make, cluster]
        env:
          ZONE: "b"
        timeout: 15m
    mason:
      max-attempts: 3
      construct-timeout: 1h30m
      paused: true
`;
