/** The value of a JSON text; undefined for a text that is none, or half written: its reader tells what that means. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
