import {
  adoptionOf,
  CLUSTER,
  end,
  giveBack,
  intentOf,
  JANITOR,
  KEEP_MS,
  leaseAll,
  lend,
  lendStock,
  mirror,
  ownerOf,
  PROJECT,
  STOCK,
  TELL_MS,
} from '../../contract/ledger/loansSteps.ts';
import { GOOD_END, GRACE_MS, type World } from '../../contract/ledger/world.ts';
import { statesOf, workOf, type Operation } from './operation.ts';

const intended = async (world: World): Promise<readonly string[]> => {
  world.advance(1);
  return (await world.ledger.loans.unsettled(0, 10)).map(({ owner }) => owner);
};

/** A cluster that was lent and leases a project that was lent for it. */
async function leasing(world: World): Promise<void> {
  await mirror(world, PROJECT, CLUSTER);
  await lend(world, { name: 'c' });
  await lendStock(world, 'p');
  await leaseAll(world, 'c');
}

const loanOf =
  (name: string): Operation['count'] =>
  async (world) => {
    const { state, owner, heldBy, loan } = await world.record(name);
    return { state, owner, heldBy, lender: loan?.owner ?? null };
  };

const ADOPTING: readonly Operation[] = [
  {
    name: 'intend',
    prepare: (world) =>
      Promise.resolve(() => world.ledger.loans.intend([intentOf('a'), intentOf('b', STOCK)])),
    count: intended,
    once: ['a', 'b'],
  },
  {
    name: 'drop',
    prepare: async (world) => {
      await world.ledger.loans.intend([intentOf('a'), intentOf('b'), intentOf('c')]);
      return () => world.ledger.loans.drop(['a', 'c']);
    },
    count: intended,
    once: ['b'],
  },
  {
    name: 'adopt for work',
    prepare: async (world) => {
      await mirror(world, PROJECT, CLUSTER);
      const intents = [intentOf('a'), intentOf('b', JANITOR)];
      await world.ledger.loans.intend(intents);
      const adoptions = intents.map((intent) => adoptionOf(intent, `r-${intent.owner}`));
      return () => world.ledger.loans.adopt(adoptions, GRACE_MS, KEEP_MS);
    },
    count: workOf('r-a', 'cycle', 'token', 'phase'),
    once: { cycle: 1, token: 1, phase: 'recycle' },
  },
  {
    name: 'adopt of what was lent before',
    isVariant: true,
    prepare: async (world) => {
      await leasing(world);
      const intent = intentOf('anew');
      await world.ledger.loans.intend([intent]);
      return () => world.ledger.loans.adopt([adoptionOf(intent, 'c')], GRACE_MS, KEEP_MS);
    },
    count: workOf('c', 'cycle', 'phase', 'leases'),
    once: { cycle: 2, phase: 'recycle', leases: [] },
  },
  {
    name: 'adopt as stock',
    prepare: async (world) => {
      await mirror(world, PROJECT, CLUSTER);
      const intent = intentOf('a', STOCK);
      await world.ledger.loans.intend([intent]);
      return () => world.ledger.loans.adopt([adoptionOf(intent, 'p')], GRACE_MS, KEEP_MS);
    },
    count: loanOf('p'),
    once: { state: 'free', owner: '', heldBy: null, lender: 'a' },
  },
];

const ENDING: readonly Operation[] = [
  {
    name: 'due',
    prepare: async (world) => {
      await leasing(world);
      world.advance(KEEP_MS);
      return () => world.ledger.loans.due({ limit: 10, keepMs: KEEP_MS, tellMs: TELL_MS });
    },
    count: (world) => world.ledger.loans.due({ limit: 10, keepMs: KEEP_MS, tellMs: TELL_MS }),
    once: [],
  },
  {
    name: 'end',
    prepare: async (world) => {
      await giveBack(world);
      return () => end(world, 'c', 'p');
    },
    count: async (world) => (await world.records()).map(({ name, loan }) => [name, loan]),
    once: [['c', null]],
  },
  {
    name: 'end of what was worked on',
    isVariant: true,
    prepare: async (world) => {
      await mirror(world, PROJECT);
      await lend(world, { name: 'p', intent: JANITOR });
      await world.end(await world.begin('p'), GOOD_END.janitor);
      await lendStock(world, 'p', 'anew');
      return () => world.ledger.loans.end([{ name: 'p', owner: 'anew' }]);
    },
    count: async (world) => {
      await lend(world, { name: 'p', owner: 'later', intent: JANITOR });
      return (await world.work('p')).work.cycle;
    },
    once: 2,
  },
  {
    name: 'disown',
    prepare: async (world) => {
      await leasing(world);
      const run = await world.begin('c');
      return () => world.ledger.loans.disown(run);
    },
    count: async (world) => [
      await statesOf('project')(world),
      (await world.work('c')).work.history.at(-1)?.what,
    ],
    once: [{ dirty: 1 }, 'no longer ours'],
  },
  {
    name: 'surrender',
    prepare: async (world) => {
      await mirror(world, PROJECT, CLUSTER);
      await lendStock(world, 'p');
      return () => world.ledger.loans.surrender('p', ownerOf('p'));
    },
    count: loanOf('p'),
    once: { state: 'returned', owner: '', heldBy: null, lender: ownerOf('p') },
  },
];

export const LOAN_OPERATIONS: readonly Operation[] = [...ADOPTING, ...ENDING];
