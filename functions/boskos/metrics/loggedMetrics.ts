import type { Log } from '../../../shared/runtime/log.ts';
import type { BoskosMetrics, GaugeSource } from './boskosMetrics.ts';
import { gauges } from './gauges.ts';

/**
 * What is measured goes into the log, line by line, from which Cloud Logging makes distributions (log-based metrics):
 * histograms in an instance's memory would go with it.
 */
export const loggedMetrics = ({ log, ...source }: GaugeSource & { readonly log: Log }): BoskosMetrics => ({
  answered({ method, path, status, durationMs, bytes }) {
    const message = `${method} ${path}: ${status}`;
    const figures = { method, path, status, durationMs, bytes };
    log({ severity: 'DEBUG', event: 'http-call', message, figures });
  },
  acquired({ type, ...figures }) {
    const message = `${type}: acquired after ${Math.round(figures.waitedMs)} ms`;
    log({ severity: 'DEBUG', event: 'acquired', message, type, figures });
  },
  text: () => gauges(source),
});
