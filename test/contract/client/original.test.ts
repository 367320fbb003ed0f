import { describeClient } from './clientContract.ts';
import { openOriginal } from './stage.ts';

describeClient("the model of the original's server", openOriginal);
