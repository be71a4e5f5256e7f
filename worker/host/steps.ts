import { createHash } from 'node:crypto';
import { ReadFault, statusOf } from './faults.ts';
import { FileFault } from './file-fault.ts';
import { targetKeys } from './plan.ts';
import type { Processor, Source } from './processors/processor.ts';
import type { Ending, Got, Headed, Made, Put, Ready, Target, World } from './protocol.ts';
import type { Content, Store, Upload } from './store.ts';
import { linkSpooled, openSpooled, type Spooled, spool, workFiles } from './work-files.ts';

/** Looks at what stands where the results go. Only what was seen before the input was read may be replaced. */
export async function headTargets({ entry, plan }: Ready, { store }: World): Promise<Headed> {
  const targets: Target[] = [];
  for (const objectKey of targetKeys(entry.key, plan)) {
    const head = await store.head(objectKey);
    targets.push({ objectKey, etag: head?.etag });
  }
  return { at: 'get-input', entry, plan, targets };
}

/** Downloads the version of the input that was listed, hashing it on the way. */
export async function getInput(stage: Headed, { store, workDir }: World): Promise<Got | Ending> {
  const { entry } = stage;
  const content = await store.get(entry.key, entry.etag);
  if (content === 'changed' || content === 'gone') return { at: 'end', outcome: content };
  if (content.length !== entry.size) {
    throw new ReadFault(new Error(`expected ${entry.size} bytes as listed, got ${content.length}`));
  }
  const download = await spool(readBody(content), workFiles(workDir, entry.key).download);
  return { ...stage, at: 'make-bodies', download, versionId: content.versionId, redrives: content.redrives };
}

/** Makes what will be written: the processed file, or the file as it came and the record of its fault. */
export async function makeBodies(stage: Got, world: World): Promise<Made | Ready> {
  const { entry, plan, download, targets, versionId, redrives } = stage;
  const { processed } = workFiles(world.workDir, entry.key);
  try {
    const bodies =
      plan.kind === 'process'
        ? [await processFile(plan.processor, entry.key, download, processed)]
        : [download, await spool(renderRecord(stage, plan.fault, world), processed)];
    const provenance = {
      sourceSha256: download.sha256,
      sourceEtag: entry.etag,
      sourceVersionId: versionId,
      redrives,
    };
    const uploads = bodies.flatMap((body, at): Upload[] => {
      const target = targets[at];
      return target ? [{ ...body, objectKey: target.objectKey, replaces: target.etag, provenance }] : [];
    });
    return { ...stage, at: 'put-targets', uploads };
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return { at: 'head-targets', entry, plan: { kind: 'reject', fault: error } };
  }
}

/** Writes the results, each only over what was seen. Overtaken by another worker, the file begins again. */
export async function putTargets(stage: Made, { store }: World): Promise<Put | Ready> {
  for (const upload of stage.uploads) {
    if ((await putOnce(upload, store)) === 'changed') {
      return { at: 'head-targets', entry: stage.entry, plan: stage.plan };
    }
  }
  return { ...stage, at: 'delete-input' };
}

/** Removes the input that was processed. A newer one under the same key stays and is the next run's. */
export async function deleteInput({ entry, plan }: Put, { store }: World): Promise<Ending> {
  await store.delete(entry.key, entry.etag);
  if (plan.kind === 'process') return { at: 'end', outcome: 'processed' };
  return { at: 'end', outcome: 'rejected', fault: plan.fault };
}

/** After a lost answer the write counts as done when something new stands there that was made from the same bytes. */
async function putOnce(upload: Upload, store: Store): Promise<'written' | 'changed'> {
  try {
    return await store.put(upload);
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && status < 500) throw error;
    const head = await store.head(upload.objectKey).catch(() => undefined);
    const isNew = head !== undefined && head.etag !== upload.replaces;
    if (!isNew || head.sourceSha256 !== upload.provenance.sourceSha256) throw error;
    return 'written';
  }
}

/** Gives the content as it comes; at its end it must be whole and, where the store tells its MD5, unharmed. */
async function* readBody({ body, length, md5 }: Content): AsyncGenerator<Buffer> {
  const hash = md5 === undefined ? undefined : createHash('md5');
  let received = 0;
  for await (const chunk of body) {
    received += chunk.length;
    hash?.update(chunk);
    yield chunk;
  }
  if (received !== length) throw new ReadFault(new Error(`expected ${length} bytes, got ${received}`));
  const digest = hash?.digest('hex');
  if (digest !== md5) throw new ReadFault(new Error(`expected content with MD5 ${md5}, got ${digest}`));
}

/** Makes the processed file; what passes unchanged is the download itself under a second name. */
async function processFile(
  processor: Processor,
  key: string,
  download: Spooled,
  path: string,
): Promise<Spooled> {
  const source: Source = { key, sha256: download.sha256, open: () => openSpooled(download) };
  try {
    if (processor.check === undefined) return await spool(processor.process(source), path);
    await processor.check(source);
    return linkSpooled(download, path);
  } catch (error) {
    throw error instanceof FileFault ? error : new ReadFault(error);
  }
}

async function* renderRecord(stage: Got, fault: FileFault, world: World): AsyncGenerator<Buffer> {
  const { entry, download, versionId, redrives } = stage;
  const record = {
    key: entry.key,
    reason: fault.reason,
    detail: fault.message,
    place: fault.place ?? null,
    sourceSha256: download.sha256,
    bytes: download.length,
    etag: entry.etag,
    versionId: versionId ?? null,
    redrives,
    workerVersion: world.workerVersion,
    time: world.now().toISOString(),
  };
  yield Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
}
