/** Sentences with a number: the server has written each form that its language has. */

/** `index` says for 0 to 199 which of `forms` it is; no language looks at more than two digits. */
export const form = ({ forms, index }, count) =>
  forms[index[count < 100 ? count : 100 + (count % 100)]].replace("%(count)s", count);
