/** What a control of the page stands for among the preferences, and what it asks for. */

const LISTS = new Set(["muted", "desktop_off"]);

/** The value of a control as a text: of a switch "true" or "false". */
export const value = (control) =>
  control.type === "checkbox" ? String(control.checked) : control.value;

/** The value that it must show by the preferences. */
export function meant({ dataset }, preferences) {
  const { preference: name, key } = dataset;
  if (LISTS.has(name)) return String(!preferences[name].includes(key));
  if (name === "rooms") return preferences.rooms[key] ?? dataset.default;
  return String(preferences[name]);
}

export function put(control, text) {
  if (control.type === "checkbox") control.checked = text === "true";
  else control.value = text;
}

/** The change that makes the preferences as the control is; the default is no choice. */
export function wanted(control) {
  const { preference: name, key, default: standard } = control.dataset;
  const text = value(control);
  if (LISTS.has(name)) return { [name]: { [key]: text === "false" } };
  const chosen = text === standard ? null : (({ true: true, false: false })[text] ?? text);
  return { [name]: name === "rooms" ? { [key]: chosen } : chosen };
}
