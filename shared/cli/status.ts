import { MasonError } from '../errors.ts';
import { poolsAnswer, resourceAnswer, resourcesAnswer, type Members } from '../api/wire.ts';
import { renderPools } from '../local/view/renderPools.ts';
import { renderVerdict } from '../local/view/renderVerdict.ts';
import type { Io } from './io.ts';
import { renderMembers } from './renderMembers.ts';
import { renderStory } from './renderStory.ts';
import type { ServerClient } from './serverClient.ts';

export interface StatusOrder {
  /** Of a resource or a type; none: all pools. */
  readonly name: string | undefined;
  readonly json: boolean;
  readonly userData: boolean;
  /** It is one look of many: a line of JSON. */
  readonly isWatched: boolean;
}

/** All pools, the members of one type, or the whole story of one resource, as it is to be written. */
export async function renderStatus(io: Io, server: ServerClient, order: StatusOrder): Promise<string> {
  const { answer, lines } =
    order.name === undefined
      ? await allPools(io, server)
      : await oneName(io, server, { ...order, name: order.name });
  if (!order.json) return lines.map((line) => `${line}\n`).join('');
  return `${JSON.stringify(answer, null, order.isWatched ? 0 : 2)}\n`;
}

interface Shown {
  readonly answer: unknown;
  readonly lines: readonly string[];
}

async function allPools(io: Io, server: ServerClient): Promise<Shown> {
  const answer = await server.get('/pools', poolsAnswer);
  return { answer, lines: [...renderPools(answer.pools, io), '', ...renderVerdict(answer, io)] };
}

async function oneName(io: Io, server: ServerClient, order: StatusOrder & { name: string }): Promise<Shown> {
  const { name, userData } = order;
  try {
    const path = `/resources/${encodeURIComponent(name)}${userData ? '?userdata=1' : ''}`;
    const answer = await server.get(path, resourceAnswer);
    return { answer, lines: renderStory(answer, io) };
  } catch (error) {
    if (!(error instanceof MasonError) || error.code !== 'NOT_FOUND') throw error;
    const members = await membersOf(server, name);
    if (members.length === 0) throw notThere(name, error);
    return { answer: { resources: members }, lines: renderMembers(members, io) };
  }
}

/** All of them, page by page. */
async function membersOf(server: ServerClient, type: string): Promise<Members['resources']> {
  const members: Members['resources'][number][] = [];
  let after: string | null = null;
  do {
    const query = new URLSearchParams(after === null ? { type } : { type, after });
    const page: Members = await server.get(`/resources?${query.toString()}`, resourcesAnswer);
    members.push(...page.resources);
    after = page.after;
  } while (after !== null);
  return members;
}

const notThere = (name: string, cause: MasonError): MasonError =>
  new MasonError(
    'NOT_FOUND',
    `there is no resource ${JSON.stringify(name)}, and no type of that name with members. mason status lists the types`,
    { cause },
  );
