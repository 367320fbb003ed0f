import { setImmediate as nextTurn } from 'node:timers/promises';

import { test } from '@jest/globals';

import { masonableContract } from '../../../shared/masonables/contract.ts';
import { gcpResourceConfigConverter } from '../../../shared/masonables/gcp-resource-config/gcpResourceConfig.ts';
import { createStandIn } from '../../support/gcp/standIn.ts';
import { readGcpContent } from '../../unit/masonables/gcpFixtures.ts';

const content = readGcpContent(`
project:
- clusters:
  - {numnodes: 2}
  - {numnodes: 1, zone: europe-west1-b}
- clusters:
  - {version: 1.33}
  vms:
  - {machinetype: n1-standard-1, sourceimage: projects/debian-cloud/global/images/family/debian-12}
`);

let now = Date.UTC(2026, 0, 1);

masonableContract(
  () => {
    const projects = ['project-1', 'project-2'];
    const standIn = createStandIn(() => now, projects);
    const parts = { request: standIn.request, now: () => now, random: () => 0.5 };
    return {
      masonable: gcpResourceConfigConverter(parts).convert(content),
      resource: { type: 'cluster', name: 'cluster-1', userData: {} },
      leased: { project: projects.map((name) => ({ type: 'project', name, userData: {} })) },
      // A zone that is chosen follows from what there is already, which is other after an interruption.
      existing: async () => standIn.existing().map((thing) => thing.replace(/ \S+-\S+-[a-z](?= )/, '')),
    };
  },
  {
    test,
    wait: async (ms) => {
      now += ms;
      await nextTurn();
    },
  },
);
