// Destroys what start-notes.mjs made, in this round or an earlier one, finished or not. Nothing there: nothing to do.
// The folder is emptied later, by the janitor.

import { endServiceOn, main, readOrder } from './service.mjs';

await main(async () => {
  const { home, port } = readOrder();
  await endServiceOn(port, home);
});
