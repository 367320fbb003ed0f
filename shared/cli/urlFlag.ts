/** The server of every command that is told no other. */
export const DEFAULT_URL = 'http://127.0.0.1:8377';

/** What a `mason` command that is shown to people needs, so that it asks this server wherever it is typed. */
export const urlFlag = (url: string): string => (url === DEFAULT_URL ? '' : ` --url ${url}`);
