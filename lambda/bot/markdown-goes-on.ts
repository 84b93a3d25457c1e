// Markup that begins in a text, and may end in what follows it.

/** A formula or an escape that goes on at the text's end. */
export const OPEN_FORMULA =
  /\$(?:\$[^$`]*|(?=[^\s$])[^$`\n]*)$|\\(?:\((?:[^\\]|\\[^()]){0,2000}|\[(?:[^\\]|\\[^[\]]){0,2000})?$/y;
/** A link's target that does. */
export const OPEN_TARGET = /\((?:[^()\n]|\([^()\n]*\))*$/y;
/** A tag that does, with its name. */
export const OPEN_TAG = /<\/?([a-z][a-z1-6]{0,9})\s[^<>]*$/iy;
