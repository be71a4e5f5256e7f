/** How far an upload is: a bar on a terminal, a line every ten seconds elsewhere. */
import { renderBar, renderStep, type Step } from '../core/upload.ts';
import { readVariable } from './environment.ts';
import { widthOf } from './terminal.ts';

export type UploadProgress = {
  /** One line for the reader. */
  readonly say: (message: string) => void;
  /** From here on the bar is drawn. */
  readonly start: (total: { readonly files: number; readonly bytes: number }) => void;
  readonly add: (done: { readonly files?: number; readonly bytes?: number }) => void;
  /** Milliseconds since the start. */
  readonly ms: () => number;
  readonly close: () => void;
};

export function createUploadProgress(stream: NodeJS.WriteStream): UploadProgress {
  const isLive = stream.isTTY === true && readVariable('CI') === undefined;
  let began: number | undefined;
  let [files, bytes, doneFiles, doneBytes] = [0, 0, 0, 0];
  const ms = () => (began === undefined ? 0 : performance.now() - began);
  const step = (): Step => ({ doneFiles, files, doneBytes, bytes, ms: ms() });
  const clear = () => isLive && stream.write('\r\u001b[2K');
  const say = (message: string) => {
    clear();
    stream.write(`${message}\n`);
  };
  const draw = () => {
    if (!isLive) return say(renderStep(step()));
    clear();
    stream.write(renderBar(step(), widthOf(stream)));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    say,
    start: total => {
      began = performance.now();
      ({ files, bytes } = total);
      timer = setInterval(draw, isLive ? 200 : 10_000);
      timer.unref();
    },
    add: done => {
      doneFiles += done.files ?? 0;
      doneBytes += done.bytes ?? 0;
    },
    ms,
    close: () => {
      clearInterval(timer);
      clear();
    },
  };
}
