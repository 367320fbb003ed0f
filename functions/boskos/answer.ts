import { LARGEST_BYTES, refused, type HttpAnswer } from '../../shared/http/handler.ts';

export type BoskosAnswer = HttpAnswer;

/** Success of which nothing is told: no Content-Type either. */
export const nothing: BoskosAnswer = { status: 200, headers: {}, body: '' };

/** JSON as the original sends it: Go takes it for text (boskos-wire.md, at its top). */
export const sniffed = (body: string): BoskosAnswer => ({ status: 200, headers: TEXT, body });

export const json = (body: string): BoskosAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** The original has no limit of its own; Kubernetes, which keeps its records, has one of 1.5 MiB. */
export const tooLarge = (what: string): BoskosAnswer =>
  refused(413, `${what} is larger than ${LARGEST_BYTES / 1_024} KiB`);
