import * as z from 'zod';

// The keys are those of the original (istio/test-infra, boskos/gcp), which Go's YAML reader takes in lower case.

const zone = () =>
  z
    .string()
    .regex(/^[a-z]+-[a-z]+[0-9]+-[a-z]$/)
    .meta({ description: 'a zone of Google Cloud', examples: ['us-central1-f'] })
    .optional();

const machinetype = () =>
  z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .meta({ description: 'a machine type of Google Compute Engine', examples: ['n1-standard-4'] });

const scopes = () =>
  z
    .array(
      z
        .string()
        .regex(/^https:\/\/www\.googleapis\.com\/auth\/[a-z0-9._/-]+$/)
        .meta({
          description: 'the URL of an OAuth scope',
          examples: ['https://www.googleapis.com/auth/cloud-platform'],
        }),
    )
    .meta({
      description: 'a list of OAuth scopes, as URLs',
      examples: [['https://www.googleapis.com/auth/cloud-platform']],
    })
    .optional();

const flag = (description: string) =>
  z
    .boolean()
    .prefault(false)
    .meta({ description, examples: [true] });

const clusterContent = () =>
  z
    .strictObject({
      machinetype: machinetype().optional(),
      numnodes: z
        .int()
        .min(1)
        .max(15_000)
        .prefault(1)
        .meta({ description: 'how many nodes the cluster has: a whole number from 1', examples: [3] }),
      version: z
        .string()
        .regex(/^[0-9]+(\.[0-9]+(\.[0-9]+(-gke\.[0-9]+)?)?)?$/)
        // 1.30 is no number: as one it would be 1.3.
        .meta({
          description: 'a version of GKE, or the beginning of one',
          examples: ['1.33'],
          asWritten: true,
        })
        .optional(),
      zone: zone(),
      scopes: scopes(),
      releasechannel: z
        .strictObject({
          channel: z
            .enum(['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'])
            .meta({ description: 'a release channel of GKE', examples: ['REGULAR'] }),
        })
        .meta({ description: 'the release channel of the cluster', examples: [{ channel: 'REGULAR' }] })
        .optional(),
      networkpolicy: z
        .strictObject({
          enabled: flag('whether the cluster enforces network policies'),
          provider: z
            .enum(['CALICO'])
            .prefault('CALICO')
            .meta({ description: 'what enforces network policies', examples: ['CALICO'] }),
        })
        .meta({
          description: 'the network policy of the cluster',
          examples: [{ enabled: true, provider: 'CALICO' }],
        })
        .optional(),
      enablekubernetesalpha: flag('whether the alpha features of Kubernetes are on'),
      enableworkloadidentity: flag('whether workload identity is on'),
      enableclientcertificate: flag('whether GKE issues a client certificate'),
      kubeconfig: flag('whether the user data get a kubeconfig for the cluster'),
    })
    .superRefine(({ enablekubernetesalpha, releasechannel }, context) => {
      if (!enablekubernetesalpha || releasechannel === undefined) return;
      context.addIssue({
        code: 'custom',
        path: ['releasechannel'],
        message: 'a cluster with alpha features can be in no release channel',
        params: { cure: 'Delete releasechannel, or enablekubernetesalpha' },
      });
    });
export type ClusterContent = z.infer<ReturnType<typeof clusterContent>>;

const vmContent = () =>
  z.strictObject({
    machinetype: machinetype(),
    sourceimage: z
      .string()
      .regex(
        /^(https:\/\/[^ ]+\/)?((projects\/[^/ ]+\/)?global\/)images\/(family\/)?[a-z]([a-z0-9-]*[a-z0-9])?$/,
      )
      .meta({
        description: 'an image of Google Compute Engine',
        examples: ['projects/debian-cloud/global/images/family/debian-12'],
      }),
    zone: zone(),
    tags: z
      .array(
        z
          .string()
          .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
          .meta({ description: 'a network tag', examples: ['http-server'] }),
      )
      .meta({ description: 'a list of network tags', examples: [['http-server']] })
      .optional(),
    scopes: scopes(),
  });
export type VmContent = z.infer<ReturnType<typeof vmContent>>;

const projectContent = () =>
  z.strictObject({
    clusters: z
      .array(clusterContent())
      .prefault([])
      .meta({
        description: 'a list of the clusters to make in the project',
        examples: [[{ machinetype: 'n1-standard-4', numnodes: 3 }]],
      }),
    vms: z.array(vmContent()).prefault([]).meta({ description: 'a list of the VMs to make in the project' }),
  });

const content = () =>
  z.record(
    z.string(),
    z.array(projectContent()).meta({
      description: 'a list of one item a needed project',
      examples: [[{ clusters: [{ machinetype: 'n1-standard-4', numnodes: 3 }] }]],
    }),
  );
let made: ReturnType<typeof content> | undefined;

/**
 * The content of GCPResourceConfig: a needed type → what to make in each project of that type. It is made at its first use:
 * 5 ms of CPU that would be part of each cold start (8 against 3 for this whole folder).
 */
export const gcpContent = z
  .lazy(() => (made ??= content()))
  .meta({
    description: 'a mapping from each needed type to a list of what to make in its projects',
    onePerNeed: true,
  });
export type GcpContent = z.infer<typeof gcpContent>;
