/** What a bench declares. Each bench is one file, bench/<name>.ts, that exports `bench`. */

/** What every run is measured by; a contender may add figures of its own, by name. */
export type Figures = Readonly<Record<string, number>>;

export type Contender = {
  /** For the table: the command, or the program and its version. */
  readonly label: string;
  /**
   * Does the work once and checks that it was really done.
   * @returns figures of its own beside `seconds` and `peakMib`, which the harness takes
   * @throws when the work was not done: a contender that fails fast must not look fast
   */
  readonly run: (budget: { readonly timeoutMs: number }) => Promise<Figures>;
};

export type Goal =
  | { readonly kind: 'ratio-at-most'; readonly value: number }
  | { readonly kind: 'ratio-at-least'; readonly value: number }
  | { readonly kind: 'ours-at-most'; readonly value: number };

/** One row of the result: a figure, how it is compared, and what is aimed at. */
export type Measure = {
  /** The row's name. */
  readonly name: string;
  /** Which figure: `seconds`, `peakMib`, or one that the contenders give. */
  readonly figure: string;
  readonly unit: string;
  readonly goal: Goal;
};

export type Bench = {
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
};
