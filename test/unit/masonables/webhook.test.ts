import { describe, expect, test } from '@jest/globals';

import { createWebhookWorld, type WebhookWorld } from '../../support/webhook/webhookWorld.ts';

/** Built, used, destroyed and built again. */
async function live(webhook: WebhookWorld): Promise<void> {
  await webhook.world.restore();
  await useAndReturn(webhook);
}

/** One further pass. */
async function useAndReturn({ world }: WebhookWorld): Promise<void> {
  const { name } = await world.acquire('environment');
  await world.release(name, 'dirty');
  await world.restore();
}

/** What stands, without the cycle that made it. */
const itemsOf = ({ receiver }: WebhookWorld): string[] =>
  receiver.existing().map((thing) => thing.replace(/\/\d+\//, '/'));

/** What must stand: one thing, of the disk that is held. */
async function expectedItems({ world }: WebhookWorld): Promise<string[]> {
  const { name, work } = await world.only('environment');
  return work.leases.map((lease) => `${name}/${lease.name}`);
}

const actionsOf = ({ receiver }: WebhookWorld): string[] =>
  receiver.orders.map(({ action, cycle, checkpoint }) =>
    [action, cycle, ...(checkpoint === null ? [] : [JSON.stringify(checkpoint)])].join(' '),
  );

describe('The life of a virtual resource that a webhook builds', () => {
  test('is construct over several invocations, use, destroy, clean of its disk, and construct again', async () => {
    const webhook = createWebhookWorld();
    await webhook.world.restore();
    const { name, userData } = await webhook.world.only('environment');
    expect(userData['password']).toBe(`hunter-${name}-1`);
    await useAndReturn(webhook);
    // What becomes clean first, the disk or the next environment, is nobody's promise.
    const actions = actionsOf(webhook);
    expect(actions.filter((action) => !action.startsWith('clean'))).toEqual([
      'construct 1',
      'construct 1 {"step":2}',
      'construct 1 {"step":3}',
      'destroy 2',
      'destroy 2',
      'construct 2',
      'construct 2 {"step":2}',
      'construct 2 {"step":3}',
    ]);
    expect(actions.filter((action) => action.startsWith('clean'))).toHaveLength(1);
    expect(itemsOf(webhook)).toEqual(await expectedItems(webhook));
    expect(webhook.receiver.violations).toEqual([]);
  });

  test('tells destroy the user data that construct gave, with the disks that it holds', async () => {
    const webhook = createWebhookWorld();
    await live(webhook);
    const destroy = webhook.receiver.orders.find(({ action, cycle }) => action === 'destroy' && cycle === 2);
    expect(destroy?.resource.userData['password']).toMatch(/^hunter-.*-1$/);
    expect(destroy?.leasedResources['disk']).toHaveLength(1);
  });

  test('gives each run another token, higher than the one before', async () => {
    const webhook = createWebhookWorld();
    await live(webhook);
    const { name } = await webhook.world.only('environment');
    const tokens = webhook.receiver.orders.filter(({ resource }) => resource.name === name);
    for (const [at, { token }] of tokens.entries()) expect(token).toBeGreaterThan(tokens[at - 1]?.token ?? 0);
  });

  test('leaves no user data in the log', async () => {
    const webhook = createWebhookWorld();
    await live(webhook);
    expect(JSON.stringify(webhook.world.log)).not.toContain('hunter-');
  });
});

describe('A process that dies around a call', () => {
  test.each(['before', 'after'] as const)('%s it leaves one of each, and no other', async (when) => {
    const undisturbed = createWebhookWorld();
    await live(undisturbed);
    const whole = undisturbed.made();
    expect(whole).toBeGreaterThan(8);
    for (let crash = 0; crash < whole; crash += 1) {
      const webhook = createWebhookWorld();
      webhook.around = async (call) => {
        if (call.index !== crash) return;
        if (when === 'after') await call.make();
        call.process.kill();
      };
      await live(webhook);
      expect([crash, itemsOf(webhook)]).toEqual([crash, await expectedItems(webhook)]);
      expect(webhook.receiver.violations).toEqual([]);
    }
  });
});

describe('A run that was overtaken and wakes late', () => {
  test('is refused by a receiver that looks at the token, and builds nothing', async () => {
    const undisturbed = createWebhookWorld();
    await undisturbed.world.restore();
    for (let before = 0; before < undisturbed.made(); before += 1) {
      const webhook = createWebhookWorld();
      const { world } = webhook;
      // Or it would be refused for its age alone.
      webhook.receiver.knobs.toleranceS = Infinity;
      const awake = Promise.withResolvers<undefined>();
      let late: { readonly status: number } | undefined;
      webhook.around = async (call) => {
        if (call.index !== before) return;
        call.process.pause();
        world.startProcess();
        await awake.promise;
        late = await call.make();
      };
      await world.restore();
      awake.resolve(undefined);
      await world.settle();
      expect([before, late?.status]).toEqual([before, 409]);
      expect([before, itemsOf(webhook)]).toEqual([before, await expectedItems(webhook)]);
    }
  });
});

describe('Messages that come twice', () => {
  test('build and destroy one of each', async () => {
    const webhook = createWebhookWorld();
    webhook.world.wire.fate = () => 'twice';
    await live(webhook);
    expect(itemsOf(webhook)).toEqual(await expectedItems(webhook));
    expect(webhook.receiver.violations).toEqual([]);
  });
});
