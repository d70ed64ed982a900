/** The few ways in which these views touch the page. */

/** The parts of `root` by their `data-slot`, its own included ones not being nested further. */
export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

export const byId = (id) => document.getElementById(id);

/** A copy of the first element of a `<template>`. */
export const stamp = (id) => byId(id).content.firstElementChild.cloneNode(true);

/** Show another icon of the sprite. */
export const setIcon = (root, name) =>
  root.querySelector(".icon use").setAttribute("href", `#icon-${name}`);

/** Text where there is some, hidden where there is none. */
export function setText(element, text) {
  element.hidden = !text;
  if (element.textContent !== text) element.textContent = text ?? "";
}

/**
 * The only door for HTML: a body that the server has rendered and cleaned. Nothing else may be
 * given to it, and nothing in this project sets innerHTML.
 */
export function setFragment(element, cleaned) {
  const parsed = new DOMParser().parseFromString(cleaned, "text/html");
  element.replaceChildren(...parsed.body.childNodes);
}

/** Hide a control; if it had the focus, `instead` gets it, so that it never falls to the page. */
export function setHidden(element, hidden, instead) {
  const focused = hidden && element.contains(document.activeElement);
  element.hidden = hidden;
  if (focused) instead()?.focus({ preventScroll: true });
}
