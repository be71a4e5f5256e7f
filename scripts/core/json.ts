/** The value of a JSON text; undefined for a text that is none, or half written: its reader tells what that means. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a JSON text, whole numbers that JavaScript would round as `bigint`. Throws a SyntaxError like `JSON.parse`. */
export function parseExactJson(text: string): unknown {
  const rounded = new Map<string, bigint>();
  const marked = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\w.+-]*/g, token => {
    if (!/^-?[1-9]\d{15,}$/.test(token) || Number.isSafeInteger(Number(token))) return token;
    const mark = `${token}:${text.length}`;
    rounded.set(mark, BigInt(token));
    return JSON.stringify(mark);
  });
  if (rounded.size === 0) return JSON.parse(text);
  return JSON.parse(marked, (_, value) => rounded.get(value) ?? value);
}
