import * as z from 'zod';

import type { CleanerConverter } from '../port.ts';
import { destroyed } from '../port.ts';

const noSettings = z.strictObject({});

/** The cleaner `None`: for physical resources that carry nothing from one lease to the next (quota, ports). */
export const noneCleaner: CleanerConverter<z.infer<typeof noSettings>> = {
  content: noSettings,
  convert: () => ({ clean: () => Promise.resolve(destroyed) }),
};
