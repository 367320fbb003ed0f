import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { componentsOf, type Needing } from '../../../shared/mason/needs.ts';

type Graph = Readonly<Record<string, readonly string[]>>;

const needing = (graph: Graph, paused: readonly string[] = []): Needing[] =>
  Object.entries(graph).map(([type, needed]) => ({
    type,
    needs: Object.fromEntries(needed.map((other) => [other, 1])),
    paused: paused.includes(type),
  }));

/** Type → the types of its component, as `virtual, … <- physical, …`. */
function told(graph: Graph, paused?: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...componentsOf(needing(graph, paused))].map(([type, { virtualTypes, physicalTypes }]) => [
      type,
      `${virtualTypes.join()} <- ${physicalTypes.join()}`,
    ]),
  );
}

describe('a component of the needs graph', () => {
  test('is a type with what it needs', () => {
    expect(told({ cluster: ['disk', 'port'], disk: [], port: [] })).toEqual({
      cluster: 'cluster <- disk,port',
      disk: 'cluster <- disk,port',
      port: 'cluster <- disk,port',
    });
  });

  test('has all types that share what they need', () => {
    const one = 'cluster,vm <- port';
    expect(told({ cluster: ['port'], vm: ['port'], port: [] })).toEqual({ cluster: one, vm: one, port: one });
  });

  test('is held together by a chain, in whatever order the config has it', () => {
    const one = 'a,b,c <- w,x,y,z';
    const chain: Graph = { a: ['w', 'x'], b: ['y', 'z'], c: ['x', 'y'], w: [], x: [], y: [], z: [] };
    expect(told(chain)).toEqual({ a: one, b: one, c: one, w: one, x: one, y: one, z: one });
  });

  test('has a virtual type that others need on both sides', () => {
    const one = 'cluster,suite <- cluster,project';
    expect(told({ suite: ['cluster'], cluster: ['project'], project: [] })).toEqual({
      suite: one,
      cluster: one,
      project: one,
    });
  });

  test('is apart from what it shares nothing with', () => {
    expect(told({ a: ['x'], b: ['y'], x: [], y: [] })).toEqual({
      a: 'a <- x',
      x: 'a <- x',
      b: 'b <- y',
      y: 'b <- y',
    });
  });

  test('is none for a type that neither needs nor is needed', () => {
    expect(told({ cluster: ['port'], port: [], token: [], spare: [] })).not.toHaveProperty('token');
    expect(told({ token: [] })).toEqual({});
    expect(told({})).toEqual({});
  });

  test('leaves a paused type out of the line, and stays what it is', () => {
    const graph: Graph = { cluster: ['port'], vm: ['port', 'disk'], port: [], disk: [] };
    const one = 'cluster <- disk,port';
    expect(told(graph, ['vm'])).toEqual({ cluster: one, vm: one, port: one, disk: one });
    expect(told(graph, ['vm', 'cluster'])).toMatchObject({ cluster: ' <- disk,port' });
    const whole = componentsOf(needing(graph)).get('vm');
    expect(componentsOf(needing(graph, ['vm'])).get('vm')?.id).toBe(whole?.id);
  });

  test('takes a type that needs itself for what it is', () => {
    expect(told({ odd: ['odd'] })).toEqual({ odd: 'odd <- odd' });
  });
});

describe('the id of a component', () => {
  const idOf = (graph: Graph, type: string): string | undefined => componentsOf(needing(graph)).get(type)?.id;

  test('is the same in whatever order types and needs are written', () => {
    expect(idOf({ a: ['x', 'y'], b: ['y', 'z'] }, 'a')).toBe(idOf({ b: ['z', 'y'], a: ['y', 'x'] }, 'b'));
  });

  test('is the same for the same physical types, whoever needs them', () => {
    expect(idOf({ a: ['x', 'y'] }, 'x')).toBe(idOf({ b: ['x'], c: ['x', 'y'] }, 'x'));
  });

  test.each<[string, Graph]>([
    ['a comma', { 'needs both': ['a', 'b'], 'needs one': ['a,b'] }],
    ['quotes', { 'needs both': ['a', 'b'], 'needs one': ['a","b'] }],
    ['brackets', { 'needs both': ['a', 'b'], 'needs one': ['["a","b"]'] }],
    ['case', { 'needs both': ['a'], 'needs one': ['A'] }],
  ])('differs where types differ only by %s', (_, graph) => {
    expect(idOf(graph, 'needs both')).not.toBe(idOf(graph, 'needs one'));
  });

  test('is a key that every ledger takes, whatever the types are called and however many they are', () => {
    const odd = ['a/b', '.', '..', '__x__', '', '💥', ' ', '\u0000', '__proto__', 'constructor'];
    for (const type of odd) expect(idOf({ needs: [type] }, 'needs')).toMatch(/^[0-9a-f]{16}$/);
    const many = Array.from({ length: 500 }, (_, index) => `a-type-with-a-long-name-${index}`);
    expect(idOf({ needs: many }, 'needs')).toMatch(/^[0-9a-f]{16}$/);
  });
});

test('two types are in one component if and only if needs lead from one to the other', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const graph = fc.dictionary(fc.constantFrom(...names), fc.uniqueArray(fc.constantFrom(...names)), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(graph, (needed) => {
      const components = componentsOf(needing(needed));
      const reached = (from: string): Set<string> => {
        const seen = new Set([from]);
        for (const one of seen) {
          for (const other of needed[one] ?? []) seen.add(other);
          for (const [other, theirs] of Object.entries(needed)) if (theirs.includes(one)) seen.add(other);
        }
        return seen;
      };
      for (const type of names) {
        const connected = reached(type);
        if (connected.size === 1 && !(needed[type] ?? []).includes(type)) {
          expect(components.has(type)).toBe(false);
          continue;
        }
        const component = components.get(type);
        for (const other of names) expect(components.get(other) === component).toBe(connected.has(other));
        expect(component?.physicalTypes).toEqual(
          [...new Set([...connected].flatMap((one) => needed[one] ?? []))].sort(),
        );
        expect(component?.virtualTypes).toEqual(
          [...connected].filter((one) => (needed[one] ?? []).length > 0).sort(),
        );
      }
    }),
    { numRuns: 300 },
  );
});
