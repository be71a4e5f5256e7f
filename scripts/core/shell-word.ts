/** Quotes one word for a POSIX shell. Plain words stay as they are, so that rendered commands can be read. */
export function quoteShellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // Double quotes read better than '\'' when the word holds single quotes and nothing that a shell expands.
  if (word.includes("'") && !/["$`\\!\n]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Quotes every word and joins them to one command line. */
export function joinShellWords(words: readonly string[]): string {
  return words.map(quoteShellWord).join(' ');
}
