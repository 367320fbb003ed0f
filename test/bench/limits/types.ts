import { stringify } from 'yaml';

/** How the pools of one measurement are. */
export interface PoolShape {
  /** Virtual types, each of which needs one member of a physical type of its own. */
  readonly types: number;
  /** Virtual members of each type. */
  readonly members: number;
  /** Physical members of each type beyond those. */
  readonly spare: number;
  /** How many of a type may be under construction at once. */
  readonly maxConstructing: number;
  /** The construct of every second type, the first among them, takes so long (ms) and says "not yet" meanwhile; 0: none does. */
  readonly slowMs: number;
  /** After how long (ms) such a construct asks to be called again. */
  readonly againMs: number;
}

export const virtualOf = (index: number): string => `cluster-${index}`;
export const physicalOf = (index: number): string => `project-${index}`;
export const isSlow = (type: string): boolean => Number(type.slice(type.lastIndexOf('-') + 1)) % 2 === 0;

/** The config file of such pools. */
export function configText(shape: PoolShape): string {
  const indexes = Array.from({ length: shape.types }, (_, index) => index);
  return stringify({ resources: indexes.flatMap((index) => pairOf(index, shape)) });
}

function pairOf(index: number, { members, spare, maxConstructing, ...shape }: PoolShape): readonly object[] {
  const content = stringify({ ms: isSlow(virtualOf(index)) ? shape.slowMs : 0, againMs: shape.againMs });
  const held = members + spare;
  return [
    {
      type: physicalOf(index),
      state: 'free',
      'min-count': held,
      'max-count': held,
      mason: { janitor: { type: 'None' } },
    },
    {
      type: virtualOf(index),
      state: 'dirty',
      'min-count': members,
      'max-count': members,
      needs: { [physicalOf(index)]: 1 },
      config: { type: 'Patient', content },
      mason: { 'max-constructing': maxConstructing },
    },
  ];
}
