import { LONGEST_RESOURCE_NAME, RESOURCE_NAME } from '../config/resourceName.ts';

/** Whether the text can be a resource's name, by the rule that the config is checked by. */
export const isName = (text: string): boolean =>
  text.length <= LONGEST_RESOURCE_NAME && RESOURCE_NAME.test(text);
