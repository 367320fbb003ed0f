import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';

import { awakeOnly } from '../../../shared/masonables/gcp-project/awake.ts';
import { gcpProjectCleaner } from '../../../shared/masonables/gcp-project/gcpProject.ts';
import { openGoogle } from '../../../shared/masonables/google/callGoogle.ts';
import type { GoogleRequest } from '../../../shared/masonables/google/request.ts';
import { createJanitorWorld, giveBack, PROJECT, type JanitorWorld } from '../../support/gcp/janitorWorld.ts';
import { FURNITURE } from '../../support/gcp/litter.ts';
import { createStandIn } from '../../support/gcp/standIn.ts';

const url = (path: string): string => `https://www.googleapis.com/compute/v1/projects/${PROJECT}/${path}`;
const MANAGER = 'zones/us-central1-b/instanceGroupManagers/g';

/** A chain of everything that differs: a cluster, a managed group, what is bound, peered and labelled. */
async function open(): Promise<JanitorWorld> {
  const janitor = await createJanitorWorld({ settings: { 'keep-labels': ['keep'] } });
  const { things, cloud, knobs } = janitor.standIn;
  knobs.pageSize = 500;
  cloud.order(
    {
      kind: 'cluster',
      project: PROJECT,
      zone: 'us-central1-b',
      name: 'c',
      body: { networkConfig: { network: `projects/${PROJECT}/global/networks/n` } },
      labels: {},
      machine: 'e2-medium',
      machines: 1,
    },
    'CREATE_CLUSTER',
  );
  const network = { network: url('global/networks/n') };
  things.put(PROJECT, 'global/networks/n', {
    peerings: [{ name: 'p', network: url('global/networks/default') }],
  });
  things.put(PROJECT, 'global/firewalls/f', network);
  things.put(PROJECT, MANAGER);
  things.put(
    PROJECT,
    'zones/us-central1-b/instances/g-1',
    {
      metadata: { items: [{ key: 'created-by', value: `projects/12/${MANAGER}` }] },
      networkInterfaces: [network],
    },
    { owner: MANAGER },
  );
  things.put(PROJECT, 'global/images/kept', { labels: { keep: 'true' } });
  return janitor;
}

const KEPT = [...FURNITURE, 'global/images/kept'].sort();
const standing = ({ standIn }: JanitorWorld): readonly string[] => standIn.standing(PROJECT);

/** Given back, cleaned, and free. */
async function live(janitor: JanitorWorld): Promise<void> {
  await giveBack(janitor);
  await janitor.world.restore(30);
}

/** The calls of an undisturbed life, by their methods. */
async function callsOfALife(): Promise<readonly string[]> {
  const janitor = await open();
  await live(janitor);
  expect(standing(janitor)).toEqual(KEPT);
  return janitor.standIn.calls.map(({ method }) => method);
}

describe('A process that dies around a call leaves nothing, and takes nothing that stays', () => {
  async function expectClean(crash: number, when: 'before' | 'after'): Promise<void> {
    const janitor = await open();
    janitor.around = async (call) => {
      if (call.index !== crash) return;
      if (when === 'after') await call.make();
      call.process.kill();
    };
    await live(janitor);
    expect([crash, standing(janitor)]).toEqual([crash, KEPT]);
  }

  test('before any call', async () => {
    const calls = await callsOfALife();
    expect(calls.length).toBeGreaterThan(100);
    for (const crash of calls.keys()) await expectClean(crash, 'before');
  });

  // After one that only looks is before the next one.
  test('after any call that changes something', async () => {
    const changing = [...(await callsOfALife()).entries()].filter(([, method]) => method !== 'GET');
    expect(changing.length).toBeGreaterThan(4);
    for (const [crash] of changing) await expectClean(crash, 'after');
  });
});

interface Sleeper {
  /** The path of the call that it sleeps on. */
  readonly path: string;
  /** Lets that go out and be answered, and the timers fire. */
  wake(): Promise<void>;
}

/** The process that makes a call stands still before it; another one gets the messages. */
function putToSleep(janitor: JanitorWorld, before: number): Sleeper {
  const { world } = janitor;
  const awake = Promise.withResolvers<undefined>();
  let sleeper = world.process;
  let path = '';
  janitor.around = async ({ index, process, options }) => {
    if (index !== before) return;
    sleeper = process;
    path = `${options.method} ${new URL(options.url).pathname}`;
    process.pause();
    world.startProcess();
    await awake.promise;
  };
  return {
    get path() {
      return path;
    },
    async wake() {
      awake.resolve(undefined);
      await world.settle();
      sleeper.resume();
      await world.minutes(2);
    },
  };
}

describe('A run that was overtaken and wakes late, when the project is another user’s', () => {
  /** What the next user makes, partly under the names of before. */
  const THEIRS = ['global/firewalls/f', 'global/firewalls/next', 'global/images/next', 'global/networks/n'];

  test('makes no call but the one that it slept on, and frees nothing', async () => {
    const whole = (await callsOfALife()).length;
    let lost = 0;
    for (let before = 0; before < whole; before += 1) {
      const janitor = await open();
      const { world, standIn } = janitor;
      const sleeper = putToSleep(janitor, before);
      await live(janitor);
      await world.acquire('project', 'bob');
      for (const path of THEIRS) standIn.things.put(PROJECT, path);
      const made = janitor.made();
      await sleeper.wake();
      expect([before, janitor.made() - made]).toEqual([before, 0]);
      const missing = [...KEPT, ...THEIRS].filter((path) => !standing(janitor).includes(path));
      // What no fence can stop: a deletion that was on its way.
      expect([before, missing.filter((path) => !sleeper.path.endsWith(`/${path}`))]).toEqual([before, []]);
      expect(await world.member(PROJECT)).toMatchObject({ state: 'busy', owner: 'bob' });
      lost += missing.length;
    }
    expect(lost).toBeLessThanOrEqual(2);
  });
});

test('A call that gets no answer is told as that, and not as a process that stood still: the run goes on', async () => {
  let passedMs = 0;
  const told: string[] = [];
  const request: GoogleRequest = async ({ timeout }) => {
    passedMs += timeout;
    throw new Error('no answer in time');
  };
  const run = { signal: new AbortController().signal, remainingMs: () => 530_000 - passedMs };
  const google = awakeOnly(openGoogle({ request }, run), () => passedMs);
  const call = { what: 'look', project: PROJECT, api: 'compute', method: 'GET', path: '/' } as const;
  for (let tries = 0; tries < 2; tries += 1)
    await google.call({ ...call, answer: z.unknown() }).catch((error: unknown) => told.push(String(error)));
  expect(told).toEqual([
    expect.stringContaining('(no answer in time)'),
    expect.stringContaining('(no answer in time)'),
  ]);
});

test.each([
  ['both clocks went on', { wall: 1, monotonic: 1 }],
  ['the monotonic clock stood still, too', { wall: 1, monotonic: 0 }],
  ['the wall clock was set back', { wall: -1, monotonic: 1 }],
])(
  'A run that stood still for 25 s, so that its claim may be another’s, calls nobody any more: %s',
  async (_, speed) => {
    const standIn = createStandIn(() => 0, [PROJECT]);
    for (let index = 0; index < 40; index += 1) standIn.things.put(PROJECT, `global/images/i-${index}`);
    let passedMs = 0;
    let deletions = 0;
    const request: GoogleRequest = (options) => {
      deletions += Number(options.method === 'DELETE');
      if (deletions === 10) passedMs = 25_000;
      return standIn.request(options);
    };
    const now = (): number => speed.wall * passedMs;
    const converter = gcpProjectCleaner({ request, now, random: () => 0.5 });
    const { signal } = new AbortController();
    const context = {
      cycle: 1,
      token: 1,
      checkpoint: null,
      signal,
      remainingMs: () => 530_000 - speed.monotonic * passedMs,
    };
    const resource = { type: 'project', name: PROJECT, userData: {} };
    expect(await converter.convert(converter.content.parse({})).clean(resource, context)).toMatchObject({
      done: false,
    });
    // Those beside it were on their way already.
    expect(deletions).toBeLessThan(10 + 6);
  },
);
