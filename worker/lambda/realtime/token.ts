/** Gives the text of a secret. */
export type ReadSecret = (arn: string) => Promise<string | undefined>;

/** A token that is kept from call to call, and asked for anew once it was refused. */
export interface Token {
  readonly get: () => Promise<string>;
  readonly forget: () => void;
}

/** The token that a secret holds as plain text. No fault shows what it holds. */
export function keepToken(arn: string, readSecret: ReadSecret): Token {
  let kept: string | undefined;
  return {
    get: async () => {
      if (kept !== undefined) return kept;
      const text = (await readSecret(arn))?.trim() ?? '';
      // What a header takes; JSON is what the console writes unasked.
      if (!/^[\w.-]+$/.test(text)) {
        throw new Error(
          `secret ${arn}: expected a token as plain text, got ${text === '' ? 'nothing' : 'something else'}; ` +
            `write it with: aws secretsmanager put-secret-value --secret-id ${arn} --secret-string <token>`,
        );
      }
      kept = text;
      return text;
    },
    forget: () => {
      kept = undefined;
    },
  };
}
