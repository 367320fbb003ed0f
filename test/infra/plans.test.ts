import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { readDescription } from '../../shared/cloud/description.ts';
import { DEFAULT_TIMING } from '../../shared/mason/timing.ts';
import { boskosPlaceOf, readEnvironment } from '../../shared/runtime/environment.ts';
import { TOPICS } from '../../shared/topics/port.ts';
import { allIndexes, INDEXES, nameOf } from '../support/firestoreIndexes.ts';
import { describeTerraform } from './describeTerraform.ts';
import { planOf, type Planned } from './plan.ts';
import { copyInfra, infra, type Copy } from './terraform.ts';

const EXAMPLES = {
  minimal: { project_id: 'demo-project', invokers: ['group:team@corp.example'] },
  'own-masonable': {
    project_id: 'demo-project',
    functions_zip: join(infra, 'tests/fixtures/functions.zip'),
    cluster_projects: ['cluster-project-1'],
  },
  production: { project_id: 'demo-project', email: 'people@corp.example' },
  'with-existing-boskos': {
    project_id: 'demo-project',
    boskos_url: 'https://boskos.corp.example',
    network: { network: 'inside', subnetwork: 'functions' },
  },
};
type Example = keyof typeof EXAMPLES;

/** Function and secret, where there is one. */
const SECRETS: Readonly<Record<Example, readonly string[]>> = {
  minimal: [],
  'own-masonable': [],
  production: ['mason-boskos mason-boskos-password'],
  'with-existing-boskos': [...TOPICS, 'console'].map((key) => `mason-${key} mason-boskos-server`),
};
/** Who reaches each example's console before IAM is asked; null: it has none. */
const CONSOLE_INGRESS: Readonly<Record<Example, string | null>> = {
  minimal: 'ALLOW_ALL',
  'own-masonable': null,
  production: 'ALLOW_INTERNAL_AND_GCLB',
  'with-existing-boskos': 'ALLOW_ALL',
};
/** What the functions of the example with-existing-boskos are to call. */
const SERVER = {
  url: 'https://boskos.corp.example',
  auth: { kind: 'basic', user: 'mason', passwordFile: '/etc/mason-server/password' },
};

interface ServiceConfig {
  readonly service_config?: readonly { readonly secret_volumes?: readonly { readonly secret: string }[] }[];
}

const description = readDescription();
const readme = readFileSync(join(infra, 'README.md'), 'utf8');
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
/** A block that is there once. */
const block = (values: Planned['values'], name: string): Readonly<Record<string, unknown>> =>
  (values[name] as readonly Readonly<Record<string, unknown>>[])[0] ?? {};

describeTerraform.each(Object.keys(EXAMPLES) as Example[])(
  'the plan of the example %s, without any network',
  (example) => {
    const hasServer = example === 'with-existing-boskos';
    let copy: Copy;
    let all: readonly Planned[];
    beforeAll(async () => {
      copy = await copyInfra();
      all = await planOf(copy, example, EXAMPLES[example]);
    });
    afterAll(() => copy.remove());

    const ofType = (type: string): readonly Planned[] => all.filter((one) => one.type === type);
    const grants = (): readonly Planned[] =>
      all.filter(({ type }) => /_iam_(member|binding|policy)$/.test(type));

    test('reads nothing of a project that is not there yet', () => {
      expect(all.filter(({ mode }) => mode !== 'managed')).toEqual([]);
      expect(all.length).toBeGreaterThan(150);
    });

    test('adds grants to what others have granted, and takes none of theirs', () => {
      expect(grants().filter(({ type }) => !type.endsWith('_iam_member'))).toEqual([]);
    });

    test('makes no key, and grants no basic role', () => {
      expect(ofType('google_service_account_key')).toEqual([]);
      const roles = grants().map(({ values }) => text(values['role']));
      expect(roles.filter((role) => /^roles\/(owner|editor|viewer|browser)$|[Aa]dmin$/.test(role))).toEqual(
        example === 'own-masonable' ? ['roles/container.clusterAdmin', 'roles/container.clusterAdmin'] : [],
      );
    });

    test('lets everybody in only where the example asks for it: to boskos, behind a password', () => {
      const open = grants().filter(({ values }) => /^all(Authenticated)?Users$/.test(text(values['member'])));
      expect(open.map(({ address }) => address)).toEqual(
        example === 'production'
          ? [
              'module.mason.module.boskos[0].module.function.google_cloud_run_v2_service_iam_member.invoker["allUsers"]',
            ]
          : [],
      );
    });

    test('grants nothing that README’s table does not name', () => {
      const granted = new Set(
        grants()
          .map(({ values }) => text(values['role']))
          .filter((role) => role !== 'null'),
      );
      for (const role of granted)
        if (role !== 'roles/container.clusterAdmin') expect(readme).toContain(`\`${role}\``);
    });

    test('binds to a resource’s name only where Google evaluates one: objects, and the documents of a custom role', () => {
      const bound = grants().filter(
        ({ values }) => (values['condition'] as readonly unknown[] | undefined)?.length,
      );
      // The custom role has no name before it is made.
      const roles = new Set(bound.map(({ values }) => text(values['role'])));
      expect([...roles].sort()).toEqual(['null', 'roles/storage.objectViewer']);
    });

    test('lets no subscription expire, and pushes each with an ID token', () => {
      const subscriptions = ofType('google_pubsub_subscription');
      expect(subscriptions).toHaveLength(2 * TOPICS.length);
      for (const { values } of subscriptions) expect(block(values, 'expiration_policy')).toEqual({ ttl: '' });
      const pushed = subscriptions.filter(({ address }) => address.includes('.main['));
      expect(pushed).toHaveLength(TOPICS.length);
      for (const { values } of pushed) expect(block(values, 'push_config')['oidc_token']).toHaveLength(1);
    });

    test('gives a push more time than its function, and the function more than the engine', () => {
      const functions = ofType('google_cloudfunctions2_function');
      const timeoutOf = (key: string): number => {
        const found = functions.find(({ values }) => text(values['name']).endsWith(`-${key}`));
        return Number(block(found?.values ?? {}, 'service_config')['timeout_seconds']);
      };
      for (const topic of TOPICS) {
        const ackDeadline = description.topics[topic].ackDeadlineSeconds;
        expect(timeoutOf(topic)).toBeLessThanOrEqual(540);
        expect(timeoutOf(topic)).toBeLessThan(ackDeadline);
        expect(timeoutOf(topic) * 1_000).toBeGreaterThan(DEFAULT_TIMING.invocationMs);
      }
    });

    test('has a function for each entry point, which nobody reaches from outside but boskos and console', () => {
      const functions = ofType('google_cloudfunctions2_function').map(({ values }) => ({
        entryPoint: block(values, 'build_config')['entry_point'],
        ingress: block(values, 'service_config')['ingress_settings'],
      }));
      // Where there is a Boskos already, users call that.
      const boskos = hasServer ? [] : [{ entryPoint: 'boskos', ingress: 'ALLOW_ALL' }];
      const ingress = CONSOLE_INGRESS[example];
      const console = ingress === null ? [] : [{ entryPoint: 'console', ingress }];
      const woken = TOPICS.map((entryPoint) => ({ entryPoint, ingress: 'ALLOW_INTERNAL_ONLY' }));
      expect(functions).toHaveLength(woken.length + boskos.length + console.length);
      expect(functions).toEqual(expect.arrayContaining([...woken, ...boskos, ...console]));
    });

    test('may take no more CPUs than a new project has in its region', () => {
      const most = example === 'production' ? 20 : 10;
      for (const { values } of ofType('google_cloudfunctions2_function')) {
        const config = block(values, 'service_config');
        expect(Number(config['max_instance_count']) * Number(config['available_cpu'])).toBeLessThanOrEqual(
          most,
        );
      }
    });

    test('has every function in the network that the example names, for private addresses alone', () => {
      for (const { values } of ofType('google_cloudfunctions2_function')) {
        const config = block(values, 'service_config');
        const within = [{ network: 'inside', subnetwork: 'functions', tags: [] }];
        expect(config['direct_vpc_network_interface']).toEqual(hasServer ? within : []);
        if (hasServer) expect(config['direct_vpc_egress']).toBe('VPC_EGRESS_PRIVATE_RANGES_ONLY');
      }
    });

    test('mounts a password where it is asked for or sent, and lets that account alone read it', () => {
      const mounted = ofType('google_cloudfunctions2_function').flatMap(({ values }) => {
        const { service_config: [config] = [] } = values as ServiceConfig;
        return (config?.secret_volumes ?? []).map(({ secret }) => `${text(values['name'])} ${secret}`);
      });
      const readable = ofType('google_secret_manager_secret_iam_member').map(({ address, values }) => {
        const key = /(?:phase\["|module\.(?=boskos|console))(\w+)/.exec(address)?.[1] ?? '?';
        return `mason-${key} ${text(values['secret_id'])}`;
      });
      expect(mounted.sort()).toEqual([...SECRETS[example]].sort());
      expect(readable.sort()).toEqual([...SECRETS[example]].sort());
    });

    test('gives each function an environment that it takes', () => {
      for (const { values } of ofType('google_cloudfunctions2_function')) {
        const variables = block(values, 'service_config')['environment_variables'];
        const environment = readEnvironment(variables as Record<string, string>);
        const { name } = values as { readonly name: string };
        const prefix = name.replace(/[^-]+$/, '');
        expect(environment).toMatchObject({
          MASON_CONFIG: { kind: 'storage', object: 'resources.yaml' },
          MASON_LEDGER: { kind: 'firestore', databaseId: prefix.slice(0, -1) },
          MASON_TOPICS: { kind: 'pubsub', prefix },
          MASON_INSTALLATION: prefix.slice(0, -1),
        });
        expect(boskosPlaceOf(environment)).toEqual(hasServer ? SERVER : null);
      }
    });

    test('takes orders at the console only where the example asks for it, and shows no user data', () => {
      const takesOrders = example === 'production';
      const settings = ofType('google_cloudfunctions2_function')
        .filter(({ values }) => text(values['name']).endsWith('-console'))
        .map(({ values }) => block(values, 'service_config')['environment_variables']);
      for (const variables of settings)
        expect(readEnvironment(variables as Record<string, string>)).toMatchObject({
          MASON_CONSOLE_ACTIONS: takesOrders ? 'on' : 'off',
          MASON_CONSOLE_USER_DATA: 'off',
        });
      const wakes = ofType('google_pubsub_topic_iam_member').filter(({ address }) =>
        address.includes('wakes["console to '),
      );
      expect(wakes).toHaveLength(takesOrders ? TOPICS.length - 1 : 0);
    });

    test('publishes each schedule, with its data', () => {
      const jobs = ofType('google_cloud_scheduler_job').map(({ values }) => ({
        cron: values['schedule'],
        data: Buffer.from(text(block(values, 'pubsub_target')['data']), 'base64').toString('utf8'),
      }));
      expect(jobs).toEqual(Object.values(description.schedules));
    });

    test('protects what can’t be made again', () => {
      const [database] = ofType('google_firestore_database');
      expect(database?.values).toMatchObject({
        deletion_policy: 'PREVENT',
        delete_protection_state: 'DELETE_PROTECTION_ENABLED',
        point_in_time_recovery_enablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      });
    });

    test('has the indexes that the ledger’s queries are tested against', () => {
      const composite = ofType('google_firestore_index').map(({ values }) =>
        nameOf(
          text(values['collection']),
          (values['fields'] as readonly { readonly field_path: string }[]).map(
            ({ field_path: field }) => field,
          ),
        ),
      );
      const single = ofType('google_firestore_field')
        .filter(({ values }) => block(values, 'index_config')['indexes'] !== null)
        .map(({ values }) => nameOf(text(values['collection']), [text(values['field'])]));
      expect([...single, ...composite].sort()).toEqual([...allIndexes()].sort());
    });

    test('has Firestore itself forget what the list says, samples included', () => {
      const forgotten = ofType('google_firestore_field')
        .filter(({ values }) => (values['ttl_config'] as readonly unknown[]).length > 0)
        .map(({ values }) => `${text(values['collection'])}.${text(values['field'])}`);
      const listed = Object.entries(INDEXES).flatMap(([collection, { ttl }]) =>
        ttl === undefined ? [] : [`${collection}.${ttl}`],
      );
      expect(forgotten.sort()).toEqual(listed.sort());
      expect(forgotten).toContain('samples.forgetAt');
    });
  },
);

describe('README', () => {
  test('names every example', () => {
    for (const example of Object.keys(EXAMPLES)) expect(readme).toContain(`examples/${example}`);
  });
});
