import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { formatFault } from '../../../shared/config/fault.ts';
import { readConfig } from '../../../shared/config/readConfig.ts';
import { openRegistry } from '../../../shared/runtime/compose.ts';
import { readGcpContent } from './gcpFixtures.ts';

/** What `mason check` knows. */
const registry = openRegistry({ commands: true });
const known = { masonables: registry.masonableSchemas(), cleaners: registry.cleanerSchemas() };

/** What `mason check` says of a config file. */
const faultsOf = (text: string): string[] =>
  readConfig({ text, file: 'f' }, known).faults.map((fault) => formatFault(fault).replace(/^f:/, ''));

/** In the shape of the original's own resources.yaml (istio/test-infra). */
const ORIGINAL = `resources:
- type: gke-e2e-test
  state: dirty
  min-count: 1
  max-count: 1
  needs:
    gcp-project: 1
  config:
    type: GCPResourceConfig
    content: |
      gcp-project:
        - clusters:
          - machinetype: n1-standard-4
            numnodes: 5
            version: 1.15
            networkpolicy:
              enabled: true
              provider: CALICO
            scopes:
            - https://www.googleapis.com/auth/cloud-platform
            - https://www.googleapis.com/auth/trace.append
- type: gke-perf-preset
  state: dirty
  min-count: 1
  max-count: 1
  needs:
    gcp-perf-test: 2
  config:
    type: GCPResourceConfig
    content: |
      gcp-perf-test:
        - clusters:
          - machinetype: n1-standard-32
            numnodes: 3
            zone: us-central1-f
            releasechannel: {channel: REGULAR}
            enableworkloadidentity: true
            enableclientcertificate: true
            enablekubernetesalpha: false
        - vms:
          - machinetype: n1-standard-4
            sourceimage: projects/debian-cloud/global/images/debian-9-stretch-v20180105
            zone: us-central1-f
            tags:
            - http-server
            - https-server
            scopes:
            - https://www.googleapis.com/auth/cloud-platform
- type: gcp-perf-test
  state: dirty
  names:
  - perf-01
  - perf-02
  mason:
    janitor: {type: None}
- type: gcp-project
  state: dirty
  names:
  - boskos-01
  mason:
    janitor: {type: None}
`;

/** A config whose content begins in line 11, with needs {gcp-project: 1}. */
const configWith = (content: string): string => `resources:
- type: gcp-project
  state: dirty
  names: [p-1, p-2]
  mason: {janitor: {type: None}}
- type: cluster
  state: dirty
  max-count: 1
  needs: {gcp-project: 1}
  config: {type: GCPResourceConfig, content: &content "${content.replaceAll('\n', '\\n').replaceAll('"', '\\"')}"}
`;

describe('What mason check says of GCPResourceConfig', () => {
  test('is nothing of a config as the original has it', () => {
    expect(faultsOf(ORIGINAL)).toEqual([]);
  });

  const inBlock = (content: string): string =>
    configWith('').replace(
      /config: .*\n/,
      () => `config:\n    type: GCPResourceConfig\n    content: |\n${content.replaceAll(/^/gm, '      ')}\n`,
    );

  /** The cluster begins in line 15, column 9, with a key to each line. */
  const cluster = (...lines: readonly string[]): string =>
    inBlock(['gcp-project:', '- clusters:', `  - ${lines.join('\n    ')}`].join('\n'));
  const vm = (...lines: readonly string[]): string =>
    inBlock(
      ['gcp-project:', '- vms:', `  - ${['machinetype: n1-standard-1', ...lines].join('\n    ')}`].join('\n'),
    );
  const IMAGE = 'sourceimage: projects/p/global/images/i';

  test.each([
    [
      'an unknown key of a cluster',
      cluster('machintype: n1-standard-1'),
      '15:11: error: machintype is not a key of clusters[0]. Did you mean machinetype?',
    ],
    [
      'an unknown key of an item',
      inBlock('gcp-project:\n- cluster: []'),
      '14:9: error: cluster is not a key of gcp-project[0]. Did you mean clusters?',
    ],
    [
      'an unknown key of a VM',
      vm(IMAGE, 'tag: [a]'),
      '17:11: error: tag is not a key of vms[0]. Did you mean tags?',
    ],
    [
      'no whole number of nodes',
      cluster('numnodes: 1.5'),
      '15:21: error: numnodes is the number 1.5, not a whole number. Write how many nodes the cluster has: a whole number from 1, like numnodes: 3',
    ],
    [
      'no nodes',
      cluster('numnodes: 0'),
      '15:21: error: numnodes is the number 0, which is too small. Write how many nodes the cluster has: a whole number from 1, like numnodes: 3',
    ],
    [
      'nodes in quotes',
      cluster('numnodes: "3"'),
      '15:21: error: numnodes is the text "3", not a number. Take the quotes away: 3',
    ],
    [
      'a zone that is none',
      cluster('zone: us-central-1f'),
      '15:17: error: zone is the text "us-central-1f", which is not allowed. Write a zone of Google Cloud, like zone: us-central1-f',
    ],
    [
      'a region as a zone',
      cluster('zone: us-central1'),
      '15:17: error: zone is the text "us-central1", which is not allowed. Write a zone of Google Cloud, like zone: us-central1-f',
    ],
    [
      'a version that is none',
      cluster('version: latest'),
      '15:20: error: version is the text "latest", which is not allowed. Write a version of GKE, or the beginning of one, like version: 1.33',
    ],
    [
      'a channel that is none',
      cluster('releasechannel: {channel: FAST}'),
      '15:37: error: channel is the text "FAST", which is none of RAPID, REGULAR, STABLE, EXTENDED. Write a release channel of GKE, like channel: REGULAR',
    ],
    [
      'a channel without its name',
      cluster('releasechannel: {}'),
      '15:27: error: channel is missing. Add channel (a release channel of GKE), like channel: REGULAR',
    ],
    [
      'a channel that is a text',
      cluster('releasechannel: REGULAR'),
      '15:27: error: releasechannel is the text "REGULAR", not a mapping of keys to values. Write the release channel of the cluster, like releasechannel: {"channel":"REGULAR"}',
    ],
    [
      'alpha in a channel',
      cluster('enablekubernetesalpha: true', 'releasechannel: {channel: RAPID}'),
      '16:27: error: releasechannel: a cluster with alpha features can be in no release channel. Delete releasechannel, or enablekubernetesalpha',
    ],
    [
      'a provider of network policies that there is not',
      cluster('networkpolicy: {enabled: true, provider: calico}'),
      '15:52: error: provider is the text "calico", which is none of CALICO. Write what enforces network policies, like provider: CALICO',
    ],
    [
      'no truth value',
      cluster('enableworkloadidentity: 1'),
      '15:35: error: enableworkloadidentity is the number 1, not true or false. Write whether workload identity is on, like enableworkloadidentity: true',
    ],
    [
      'a scope that is no URL',
      cluster('scopes: [cloud-platform]'),
      '15:20: error: scopes[0] is the text "cloud-platform", which is not allowed. Write the URL of an OAuth scope, like https://www.googleapis.com/auth/cloud-platform',
    ],
    [
      'scopes that are no list',
      cluster('scopes: https://www.googleapis.com/auth/cloud-platform'),
      '15:19: error: scopes is the text "https://www.googleapis.com/auth/cloud-platform", not a list. Write a list of OAuth scopes, as URLs, like scopes: ["https://www.googleapis.com/auth/cloud-platform"]',
    ],
    [
      'a VM without its image',
      vm(),
      '15:11: error: sourceimage is missing. Add sourceimage (an image of Google Compute Engine), like sourceimage: projects/debian-cloud/global/images/family/debian-12',
    ],
    [
      'an image that is none',
      vm('sourceimage: debian'),
      '16:24: error: sourceimage is the text "debian", which is not allowed. Write an image of Google Compute Engine, like sourceimage: projects/debian-cloud/global/images/family/debian-12',
    ],
    [
      'a tag that is none',
      vm(IMAGE, 'tags: [HTTP]'),
      '17:18: error: tags[0] is the text "HTTP", which is not allowed. Write a network tag, like http-server',
    ],
    [
      'clusters that are no list',
      inBlock('gcp-project:\n- clusters: {numnodes: 3}'),
      '14:19: error: clusters is a mapping, not a list. Write a list of the clusters to make in the project, like clusters: [{"machinetype":"n1-standard-4","numnodes":3}]',
    ],
    [
      'a type whose items are no list',
      inBlock('gcp-project:\n  clusters: []'),
      '14:9: error: gcp-project is a mapping, not a list. Write a list of one item a needed project, like gcp-project: [{"clusters":[{"machinetype":"n1-standard-4","numnodes":3}]}]',
    ],
    [
      'too many items',
      inBlock('gcp-project:\n- clusters: []\n- clusters: []'),
      '13:7: error: gcp-project has 2 items, but needs says 1. Write one item for each needed resource',
    ],
    [
      'a type that is not needed',
      inBlock('gcp-project:\n- {}\nproject:\n- {}'),
      '15:7: error: project is not among the needs of this type. Write one of the needs: gcp-project',
    ],
    [
      'a needed type of which nothing is made',
      inBlock('{}'),
      '12:14: warning: nothing is made of the needed type gcp-project. Add gcp-project: and below it a list of 1 item',
    ],
    [
      'a content that is a list',
      inBlock('- clusters: []'),
      '13:7: error: content is a list, not a mapping of keys to values. Write a mapping of keys to values',
    ],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(text)).toEqual(expect.arrayContaining([fault]));
    expect(faultsOf(text).filter((one) => one.includes('error'))).toHaveLength(
      fault.includes('error') ? 1 : 0,
    );
  });

  test('is placed in the file also where the content is a text in quotes', () => {
    expect(faultsOf(configWith('gcp-project:\n- clusters: [{numnodes: 0}]'))).toEqual([
      expect.stringMatching(/^10:94: error: numnodes is the number 0/),
    ]);
  });
});

describe('A content', () => {
  test('keeps a version as it is written', () => {
    const versionIn = (text: string) =>
      readGcpContent(`p: [{clusters: [{version: ${text}}]}]`)['p']?.[0]?.clusters[0]?.version;
    expect(['1.30', '1.3', '"1.30"', '1', '1.33.5-gke.1201000'].map(versionIn)).toEqual([
      '1.30',
      '1.3',
      '1.30',
      '1',
      '1.33.5-gke.1201000',
    ]);
  });

  test('has its defaults', () => {
    expect(readGcpContent('p: [{clusters: [{}]}, {}]')).toEqual({
      p: [
        {
          clusters: [
            {
              numnodes: 1,
              enablekubernetesalpha: false,
              enableworkloadidentity: false,
              enableclientcertificate: false,
              kubeconfig: false,
            },
          ],
          vms: [],
        },
        { clusters: [], vms: [] },
      ],
    });
  });

  test('of the README is read', () => {
    const readme = readFileSync(
      new URL('../../../shared/masonables/gcp-resource-config/README.md', import.meta.url),
      'utf8',
    );
    const [, example = ''] = /```yaml\n(resources:\n[^]*?)```/.exec(readme) ?? [];
    expect(example).toContain('GCPResourceConfig');
    expect(faultsOf(example)).toEqual([]);
  });
});
