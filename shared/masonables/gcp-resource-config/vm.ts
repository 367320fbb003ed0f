import { unless } from '../google/fault.ts';
import {
  deleteInstance,
  getInstance,
  insertInstance,
  instanceProgress,
  listInstances,
  type Instance,
  type NewInstance,
} from '../google/instances.ts';
import type { VmContent } from './content.ts';
import { timeOf, type Kind, type Order, type Place, type Thing } from './kinds.ts';

export const vmKind: Kind<VmContent> = {
  async look(google, place) {
    const instance = await unless(['absent'], getInstance(google, place));
    return instance && thingOf(place.project, instance);
  },
  async list(google, project) {
    const { instances, isWhole } = await listInstances(google, project);
    return { things: instances.map((instance) => thingOf(project, instance)), isWhole };
  },
  create: (google, place, order) => insertInstance(google, place, bodyOf(place, order)),
  progress: instanceProgress,
  delete: deleteInstance,
};

function thingOf(project: string, instance: Instance): Thing {
  const { name, zone, status, statusMessage, creationTimestamp, labels } = instance;
  return {
    kind: 'vm',
    project,
    zone,
    name,
    state: STATES[status] ?? 'making',
    status: [status, statusMessage].filter(Boolean).join(': '),
    createdAt: timeOf(creationTimestamp),
    labels,
  };
}

/** Others (PROVISIONING, STAGING, REPAIRING) are on their way to RUNNING. One that stopped was never used: make it anew. */
const STATES: Readonly<Record<string, Thing['state']>> = {
  RUNNING: 'ready',
  STOPPING: 'going',
  STOPPED: 'broken',
  TERMINATED: 'broken',
  SUSPENDING: 'broken',
  SUSPENDED: 'broken',
};

/** As the original makes them: in the default network, with an address of its own and a disk that goes with it. */
function bodyOf({ project, zone, name }: Place, { spec, labels }: Order<VmContent>): NewInstance {
  return {
    name,
    labels,
    machineType: `projects/${project}/zones/${zone}/machineTypes/${spec.machinetype}`,
    canIpForward: true,
    disks: [
      {
        autoDelete: true,
        boot: true,
        type: 'PERSISTENT',
        initializeParams: { sourceImage: spec.sourceimage, labels },
      },
    ],
    networkInterfaces: [{ accessConfigs: [{ name: 'External NAT', type: 'ONE_TO_ONE_NAT' }] }],
    ...(spec.tags && { tags: { items: spec.tags } }),
    ...(spec.scopes && { serviceAccounts: [{ email: 'default', scopes: spec.scopes }] }),
  };
}
