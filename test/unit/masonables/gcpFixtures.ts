import { readContent } from '../../../shared/config/content.ts';
import { gcpContent, type GcpContent } from '../../../shared/masonables/gcp-resource-config/content.ts';

/** A content as the config would have it. @throws what is wrong with it */
export function readGcpContent(text: string): GcpContent {
  const read = readContent(text, gcpContent);
  if ('problem' in read) throw new Error(read.problem);
  return read.content;
}
