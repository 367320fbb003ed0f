interface Facts {
  readonly status: number;
  /** Compute's word: `alreadyExists`. */
  readonly reason: string;
  /** google.rpc.Code's word: `ALREADY_EXISTS`. */
  readonly canonical: string;
  readonly message: string;
  readonly details?: readonly object[];
  /** Seconds. */
  readonly retryAfter?: number;
}

/** A refusal, answered as Google answers it. */
export class ApiError extends Error {
  readonly facts: Facts;

  constructor(facts: Facts) {
    super(facts.message);
    this.facts = facts;
  }

  /** The JSON body that every Google API answers errors with. */
  body(): object {
    const { status, reason, canonical, message, details } = this.facts;
    const errors = [{ message, domain: 'global', reason }];
    return { error: { code: status, message, errors, status: canonical, ...(details && { details }) } };
  }
}

export const notFound = (what: string): ApiError =>
  new ApiError({ status: 404, reason: 'notFound', canonical: 'NOT_FOUND', message: `Not found: ${what}.` });
export const alreadyExists = (what: string): ApiError =>
  new ApiError({
    status: 409,
    reason: 'alreadyExists',
    canonical: 'ALREADY_EXISTS',
    message: `Already exists: ${what}.`,
  });
export const badRequest = (message: string): ApiError =>
  new ApiError({ status: 400, reason: 'badRequest', canonical: 'INVALID_ARGUMENT', message });
export const denied = (permission: string, project: string): ApiError =>
  new ApiError({
    status: 403,
    reason: 'forbidden',
    canonical: 'PERMISSION_DENIED',
    // The Container API quotes with ", the Compute API with '.
    message: permission.startsWith('container.')
      ? `Required "${permission}" permission(s) for "projects/${project}".`
      : `Required '${permission}' permission for 'projects/${project}'`,
  });
/** @param number of the project that lacks it: Google tells no ID here */
export const disabled = (service: string, number: string): ApiError =>
  new ApiError({
    status: 403,
    reason: 'accessNotConfigured',
    canonical: 'PERMISSION_DENIED',
    message: `${service} has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${service}/overview?project=${number} then retry.`,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        domain: 'googleapis.com',
        metadata: { service, consumer: `projects/${number}` },
      },
    ],
  });
export const tooMany = (retryAfter?: number): ApiError =>
  new ApiError({
    status: 429,
    reason: 'rateLimitExceeded',
    canonical: 'RESOURCE_EXHAUSTED',
    message: "Quota exceeded for quota metric 'All requests' and limit 'All requests per minute' of service.",
    ...(retryAfter !== undefined && { retryAfter }),
  });
export const unavailable = (): ApiError =>
  new ApiError({
    status: 503,
    reason: 'backendError',
    canonical: 'UNAVAILABLE',
    message: 'The service is currently unavailable.',
  });
