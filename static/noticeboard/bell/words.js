/** Sentences with a number: the server has written each form that its language has. */

/** `index` says for 0 to 99 which of `forms` it is; `many` is for all that are not counted. */
export function form({ forms, index, many }, count) {
  const text = count < 100 ? forms[index[count]] : many;
  return text.replace("%(count)s", count);
}
