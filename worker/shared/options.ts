/** What may be said to the worker, for the config that says it and for the worker that reads it. */

/** Whether a text is a delimiter of CSV. */
export function isDelimiter(text: string): boolean {
  return text.length === 1 && text > '\0' && text <= '\x7f' && !/["\r\n]/.test(text);
}
export const delimiterExpectation = 'one ASCII character other than a quote, CR, LF or NUL';

/** An ending of keys whose files pass unchanged. */
export const passThroughEnding = /^(\*|\.[^A-Z/]+)$/;
