import type { Members } from '../api/wire.ts';
import { cut, left, tame, widest } from '../local/view/cells.ts';
import type { Io } from './io.ts';

/** The members of a type: their names, states and what they are due for. */
export function renderMembers(
  members: Members['resources'],
  { columns, paint }: Pick<Io, 'columns' | 'paint'>,
): string[] {
  const rows = members.map(({ name, state, phase }) => [tame(name), tame(state), phase ?? ''] as const);
  const names = widest(['NAME', ...rows.map(([name]) => name)]);
  const states = widest(['STATE', ...rows.map(([, state]) => state)]);
  const line = ([name, state, phase]: readonly [string, string, string]): string =>
    cut(`${left(name, names)}  ${left(state, states)}  ${phase}`.trimEnd(), columns);
  return [paint('dim', line(['NAME', 'STATE', 'PHASE'])), ...rows.map(line)];
}
