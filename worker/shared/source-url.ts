const loopback = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/**
 * The address of an outside source. Plain http is for the local stand-in alone.
 * @throws Error when the address is no URL, or would be read unencrypted over a network
 */
export function parseSourceUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error(`expected a URL, got ${JSON.stringify(text)}`);
  const url = new URL(text);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
  if (!isAllowed) throw new Error(`expected https (http only on loopback), got ${JSON.stringify(text)}`);
  return url;
}
