/** Notices that this process stood still: stopped, swapped out, or its machine suspended. */
export interface SleepWatch {
  /** Whether it stood still at some time since the watch began. */
  hasSlept(): boolean;
  stop(): void;
}

const beatMs = 1_000;
/** Longer than any pause of a busy machine; shorter than it takes others to work off two generations of a file. */
const longestPauseMs = 20_000;

/** @param clock milliseconds since 1970; a clock that stands still while the machine does would notice nothing */
export function watchSleep(clock: () => number = Date.now): SleepWatch {
  let lastBeat = clock();
  let slept = false;
  const beat = () => {
    const now = clock();
    slept ||= now - lastBeat > longestPauseMs;
    lastBeat = now;
  };
  const timer = setInterval(beat, beatMs);
  return {
    hasSlept() {
      // On waking, what was waited for may go on before the timer does.
      beat();
      return slept;
    },
    stop: () => clearInterval(timer),
  };
}
