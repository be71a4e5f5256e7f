/** A range of addresses by its first bits, as an integer of 32 or 128 bits. */
export type Range = { readonly address: bigint; readonly bits: 32 | 128; readonly length: number };

/** Any way to write a range: `10.0.0.0/8`, `0::/0`, `::ffff:1.2.3.4/128`; undefined for what is none. */
export function parseRange(text: string): Range | undefined {
  const [, start = '', prefix = ''] = /^([\d.]+|[\da-f:.]*:[\da-f:.]*)\/(\d{1,3})$/i.exec(text.trim()) ?? [];
  const bits = start.includes(':') ? 128 : 32;
  const address = bits === 32 ? parseV4(start) : parseV6(start);
  const length = Number(prefix);
  return address === undefined || length > bits ? undefined : { address, bits, length };
}

/** Whether every address of the range stands in one of the others. */
export function isCovered(range: Range, others: readonly Range[]): boolean {
  if (others.some(other => holds(other, range))) return true;
  const inside = others.filter(other => holds(range, other));
  if (inside.length === 0) return false;
  const half = 1n << BigInt(range.bits - range.length - 1);
  const start = (range.address / (2n * half)) * 2n * half;
  return [start, start + half].every(address =>
    isCovered({ address, bits: range.bits, length: range.length + 1 }, inside),
  );
}

function holds(outer: Range, inner: Range): boolean {
  const behind = BigInt(outer.bits - outer.length);
  return (
    outer.bits === inner.bits &&
    outer.length <= inner.length &&
    outer.address >> behind === inner.address >> behind
  );
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some(part => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const tail = /[\d.]*\.[\d.]*$/.exec(text)?.[0];
  if (tail !== undefined) {
    const v4 = parseV4(tail);
    if (v4 === undefined) return undefined;
    return parseV6(
      `${text.slice(0, -tail.length)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`,
    );
  }
  const [head = '', rest, ...more] = text.split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const [front, back] = [groupsOf(head), groupsOf(rest ?? '')];
  const missing = 8 - front.length - back.length;
  if (more.length > 0 || (rest === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
  if (groups.some(group => !/^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
