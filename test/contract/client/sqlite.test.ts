import { describeClient } from './clientContract.ts';
import { openOurs } from './stage.ts';

describeClient("Mason's server", openOurs);
