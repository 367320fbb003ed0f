import { describe, expect, test } from '@jest/globals';

import { loadConfig } from '../../../functions/sync/loadConfig.ts';
import type { ConfigSource, ConfigText } from '../../../shared/config/source.ts';
import type { Mason } from '../../../shared/mason/mason.ts';
import { createWorld } from '../../support/world.ts';
import { configOf, physical } from '../../support/worldConfig.ts';
import { failing } from '../../support/worldProcess.ts';

const textOf = (count: number): string => configOf(physical('project', count));

/** A Mason of the world, whose config comes with a validator, as from a server. */
function open() {
  const world = createWorld();
  const asked: (string | null)[] = [];
  let version = 1;
  let text = textOf(1);
  let sent = 0;
  const config: ConfigSource = {
    async read(known) {
      asked.push(known);
      if (known === `v${version}`) return 'unchanged';
      sent += 1;
      return { file: 'resources.yaml', text, validator: `v${version}` };
    },
  };
  const mason: Mason = { ...world.process.mason, config };
  return {
    world,
    mason,
    asked,
    sent: () => sent,
    load: () => loadConfig(mason),
    publish: (next: string) => {
      version += 1;
      text = next;
    },
    stores: () => world.calls.filter((call) => call === 'configs.store').length,
    names: async () =>
      (await world.ledger.configs.types()).flatMap(({ size }) => (size.kind === 'static' ? size.names : [])),
  };
}

describe('sync asks for the config', () => {
  test('by the validator of the last good one, so that an unchanged one is neither sent, parsed nor stored', async () => {
    const { load, asked, sent, stores, world } = open();
    for (let tick = 0; tick < 3; tick += 1) await load();
    expect(asked).toEqual([null, 'v1', 'v1']);
    expect(sent()).toBe(1);
    expect(stores()).toBe(1);
    expect(world.calls.filter((call) => call === 'configs.types')).toHaveLength(3);
  });

  test('and puts it in force again where another instance has stored an older one meanwhile', async () => {
    const { load, mason, sent, stores, names } = open();
    await load();
    const other: Mason = { ...mason, config: { read: async () => ({ file: 'old.yaml', text: textOf(3) }) } };
    await loadConfig(other);
    expect(await names()).toHaveLength(3);
    await load();
    expect(await names()).toHaveLength(1);
    expect(sent()).toBe(1);
    expect(stores()).toBe(3);
  });

  test('and takes a changed one', async () => {
    const { load, publish, asked, names } = open();
    await load();
    publish(textOf(2));
    await load();
    await load();
    expect(await names()).toHaveLength(2);
    expect(asked).toEqual([null, 'v1', 'v2']);
  });

  test('anew as long as it has faults: each tick tells them, and the last good one stays', async () => {
    const { load, publish, asked, names } = open();
    await load();
    publish('resources: [{type: a}]');
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(asked).toEqual([null, 'v1', 'v1']);
    expect(await names()).toHaveLength(1);
  });

  test('and stores it at the next tick where the ledger was away', async () => {
    const { world, load, asked, names } = open();
    world.meddle = failing('configs.store', 'unavailable');
    await expect(load()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await load();
    expect(asked).toEqual([null, 'v1']);
    expect(await names()).toHaveLength(1);
  });

  test('and believes no source that calls unchanged what nobody has read', async () => {
    const { mason } = open();
    const config = { read: async (): Promise<ConfigText | 'unchanged'> => 'unchanged' };
    await expect(loadConfig({ ...mason, config })).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});
