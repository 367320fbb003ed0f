/** Names of Kubernetes objects (DNS-1123 subdomain), since a Boskos server stores each resource as one. */
export const RESOURCE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** In characters. */
export const LONGEST_RESOURCE_NAME = 253;
