/** Calls what a caller gave us. What it throws, at once or as a promise, ends nothing of ours: it goes to `onFault`. */
export function tell(callback: () => unknown, onFault: (error: unknown) => void): void {
  try {
    Promise.resolve(callback()).catch(onFault);
  } catch (error) {
    onFault(error);
  }
}
