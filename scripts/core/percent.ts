/** Percent-encodes all but letters, digits and `-._~`, as RFC 3986 has it and AWS signs it; `encodeURIComponent` leaves five more. */
export function encodePercent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
