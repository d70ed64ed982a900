/** Translated text from Django's JavaScript catalogue; English where it did not load. */

export const gettext = (text) => globalThis.django?.gettext?.(text) ?? text;

export const ngettext = (one, many, count) =>
  globalThis.django?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);

/** Put `values` into the `%(name)s` of a translated text. */
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);

/** The page's language, as spoken where the reader is: "en-GB" rather than "en". */
export function language() {
  const spoken = globalThis.document?.documentElement.lang || "en";
  const own = globalThis.navigator?.languages ?? [];
  return own.find((each) => each.split("-")[0] === spoken.split("-")[0]) ?? spoken;
}

/** A level in words, and the icon that stands for it. */
export function level(name) {
  const words = {
    info: gettext("Info"),
    success: gettext("Success"),
    warning: gettext("Warning"),
    critical: gettext("Critical"),
  };
  const icons = { info: "info", success: "circle-check", warning: "triangle-alert", critical: "siren" };
  return { word: words[name] ?? name, icon: icons[name] ?? "info" };
}

/** The title, or the beginning of the text where there is none (posts in rooms). */
export const heading = (item) => item.title || item.text.slice(0, 80) || level(item.level).word;
