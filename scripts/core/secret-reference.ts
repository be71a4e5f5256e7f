/** What stands where a secret could and is none: a reference to it, or a word for having none. */

const references: readonly RegExp[] = [
  /^arn:[\w-]+:\S*$/,
  /^alias\/\S*$/,
  // A shell's, a template's or HCL's variable.
  /^\$\{[^}]*\}$/,
  /^\$[A-Za-z_]\w*$/,
  // What a command of a shell gives, in one line or begun there. The words of `echo` stand in it themselves.
  /^\$\((?!\s*(?:echo|printf)\b).*[)\\]$/,
  /^\{\{[^}]*\}\}$/,
  /^(?:var|local|data|module|each|self)\.[\w.[\]"*-]+$/,
  // HCL's resource: `random_password.db.result`.
  /^[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\[[^\]\s]*\])?\.[a-z][\w.[\]"*-]*$/,
  /^(?:null|nil|none|true|false|yes|no|required|optional|seconds|minutes|hours|days|\d{1,3})$/i,
  /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-\S+|sk-\S+@openssh\.com) AAAA/,
  /^-----BEGIN (?:[A-Z0-9 ]*PUBLIC KEY|CERTIFICATE)/,
  /^\[redacted\]$/,
];

/** Whether the whole text is a reference or a word for no value. */
export function isReference(text: string): boolean {
  return references.some(pattern => pattern.test(text));
}
