export type Listed = {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
};

/**
 * The answer to ListObjectsV2, for plain keys.
 * @param objects by BUCKET/KEY
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function renderListing(
  bucket: string,
  objects: ReadonlyMap<string, Listed>,
  query: URLSearchParams,
): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const most = Number(query.get('max-keys') ?? 1000);
  const keys = [...objects.keys()]
    .filter(name => name.startsWith(`${bucket}/${prefix}`))
    .map(name => name.slice(bucket.length + 1))
    .sort();
  const entries = new Map<string, string>();
  let last = '';
  for (const key of keys) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut === -1 ? key : key.slice(0, cut + delimiter.length);
    if (entry <= after || entries.has(entry)) continue;
    if (entries.size === most) return renderPage([...entries.values()], last);
    entries.set(entry, cut === -1 ? renderObject(key, objects.get(`${bucket}/${key}`)) : renderFolder(entry));
    last = entry;
  }
  return renderPage([...entries.values()], undefined);
}

function renderPage(entries: readonly string[], next: string | undefined): string {
  const more = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return (
    `<ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated><KeyCount>${entries.length}</KeyCount>` +
    `${more}${entries.join('')}</ListBucketResult>`
  );
}

function renderFolder(prefix: string): string {
  return `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`;
}

function renderObject(key: string, object: Listed | undefined): string {
  const { size, etag, time } = object ?? { size: 0, etag: '', time: 0 };
  const when = new Date(time).toISOString();
  return `<Contents><Key>${key}</Key><LastModified>${when}</LastModified><ETag>${etag}</ETag><Size>${size}</Size></Contents>`;
}
