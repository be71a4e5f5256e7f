/** What stands where a secret could and is none: a reference to it, or a word for having none. */

const references: readonly RegExp[] = [
  /^arn:[\w-]+:\S*$/,
  /^alias\/\S*$/,
  // A shell's, a template's or HCL's variable.
  /^\$\{[^}]*\}$/,
  /^\$[A-Za-z_]\w*$/,
  /^\{\{[^}]*\}\}$/,
  /^(?:var|local|data|module|each|self)\.[\w.[\]"*-]+$/,
  /^(?:null|nil|none|true|false|yes|no|required|optional|seconds|minutes|hours|days|\d{1,3})$/i,
  /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-\S+|sk-\S+@openssh\.com) AAAA/,
  /^-----BEGIN (?:[A-Z0-9 ]*PUBLIC KEY|CERTIFICATE)/,
  /^\[redacted\]$/,
];

/** Whether the whole text is a reference or a word for no value. */
export function isReference(text: string): boolean {
  return references.some(pattern => pattern.test(text));
}
