/** What a bench declares. A bench is one file, bench/<name>.ts, that exports `benches`: one for each kind of work. */

/** What every run is measured by; a contender may add figures of its own, by name. */
export type Figures = Readonly<Record<string, number>>;

export type Contender = {
  /** For the table: the command, or the program and its version. */
  readonly label: string;
  /** Puts the work in place before each run; not measured. */
  readonly setUp?: () => Promise<void>;
  /**
   * Does the work once.
   * @returns figures of its own beside `seconds` and `peakMib`, which the harness takes
   * @throws when the work was not done: a contender that fails fast must not look fast
   */
  readonly run: (budget: { readonly timeoutMs: number }) => Promise<Figures>;
  /**
   * Checks after each run that the work was really done; not measured.
   * @returns figures that only a check can tell
   * @throws when something is missing or wrong
   */
  readonly verify?: (measured: Figures) => Promise<Figures>;
};

export type Goal =
  | { readonly kind: 'ratio-at-most'; readonly value: number }
  | { readonly kind: 'ratio-at-least'; readonly value: number }
  | { readonly kind: 'ours-at-most'; readonly value: number };

/** One row of the result: a figure, how it is compared, and what is aimed at. */
export type Measure = {
  /** The row's name, which no other row of the file has. */
  readonly name: string;
  /** Which figure: `seconds`, `peakMib`, or one that the contenders give. */
  readonly figure: string;
  readonly unit: string;
  readonly goal: Goal;
};

export type Bench = {
  /** Names the work on the command line. */
  readonly name: string;
  /** One line: what is compared with what. */
  readonly summary: string;
  readonly warmUps: number;
  /** Pairs of one run of ours and one of the rival's; the time limit may cut them short, three are the least. */
  readonly pairs: number;
  readonly measures: readonly Measure[];
  /** Finds or installs both contenders; nothing of it is measured. */
  readonly prepare: (place: BenchPlace) => Promise<{ readonly ours: Contender; readonly rival: Contender }>;
};

export type BenchPlace = {
  readonly root: string;
  /** The bench's own folder, git-ignored and kept between runs: rivals are installed here. */
  readonly dir: string;
  readonly logFile: string;
  /** One line for the reader, on stderr. */
  readonly say: (message: string) => void;
  /** Has something stopped or removed after the last pair, whichever way it ends; the last one first. */
  readonly teardown: (stop: () => Promise<void>) => void;
};
