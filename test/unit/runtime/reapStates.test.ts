import { describe, expect, test } from '@jest/globals';

import { STATE } from '../../../shared/ledger/records.ts';
import { REAPED_STATES, SETTLED_STATES } from '../../../shared/ledger/transitions/states.ts';
import { MOST_REAP_STATES, NEVER_REAPED, readReapStates } from '../../../shared/runtime/reapStates.ts';

describe('the states that are reaped', () => {
  test('are none that Mason moves on itself, or a person holds', () => {
    expect([...NEVER_REAPED].sort()).toEqual([...SETTLED_STATES, STATE.held].sort());
    for (const state of NEVER_REAPED) expect(readReapStates(`busy,${state}`)).toHaveProperty('fault');
  });

  test('are by default those of the original', () => {
    expect(readReapStates(REAPED_STATES.join())).toEqual(REAPED_STATES);
  });

  test('are as many as one query takes', () => {
    const states = Array.from({ length: MOST_REAP_STATES }, (_, n) => `s${n}`);
    expect(readReapStates(states.join(' , '))).toEqual(states);
    expect(readReapStates([...states, 'more'].join())).toHaveProperty('fault');
    expect(readReapStates('')).toEqual([]);
  });
});
