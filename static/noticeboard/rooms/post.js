/** One post as a row of the log. */
import { setFragment, setText, slot, stamp } from "../views/dom.js";
import { gettext } from "../views/text.js";
import { dayName, setTime } from "../views/time.js";

const TOGETHER = 300_000; // posts of one author that follow so soon stand under one name

const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** Whether `post` stands under the name of the one `before` it. */
export function follows(post, before) {
  if (!before || post.title || before.sender !== post.sender) return false;
  const [from, to] = [before, post].map((each) => Date.parse(each.published_at));
  return to - from < TOGETHER && sameDay(from, to);
}

export function createRow({ id }) {
  const row = stamp("post-template");
  row.dataset.id = id;
  row.id = `post-${id}`;
  return row;
}

/** Write a post that stands behind `before`; `was` is what the row shows of it, `tag` the reader's. */
export function fillRow(row, post, { before, was, tag }) {
  const first = !before || !sameDay(before.published_at, post.published_at);
  row.classList.toggle("follows", follows(post, before));
  setText(slot(row, "day"), first ? dayName(Date.parse(post.published_at)) : "");
  if (was === post) return;
  slot(row, "pinned").hidden = !post.pinned;
  slot(row, "edited").hidden = !post.edited_at;
  slot(row, "author").textContent = post.sender;
  slot(row, "initial").textContent = [...post.sender][0] ?? "";
  setText(slot(row, "title"), post.title);
  setTime(slot(row, "time"), post.published_at);
  if (was?.html !== post.html) setFragment(slot(row, "body"), post.html);
  // What came another way than by posting is neither answered nor reacted to.
  for (const button of row.querySelectorAll("[data-post]")) button.hidden = !post.post;
  quote(slot(row, "quote"), post.post?.reply_to);
  showReactions(slot(row, "reactions"), post.post?.reactions ?? {}, tag);
}

function quote(link, original) {
  link.hidden = !original;
  if (!original) return;
  const { id, sender, text } = original;
  const there = Boolean(sender || text);
  if (there) link.href = `?at=${id}#post-${id}`;
  else link.removeAttribute("href");
  setText(slot(link, "quoted"), sender);
  slot(link, "words").textContent = there ? text : gettext("Post deleted");
}

/** A button for each emoji, pressed where it is the reader's own too; none moves or loses the focus. */
function showReactions(root, reactions, tag) {
  const given = Object.entries(reactions).filter(([, tags]) => tags.length);
  const buttons = new Map([...root.children].map((button) => [button.value, button]));
  for (const [emoji, tags] of given) {
    const button = buttons.get(emoji) ?? root.appendChild(createReaction(emoji));
    buttons.delete(emoji);
    button.setAttribute("aria-pressed", tags.includes(tag));
    setText(slot(button, "count"), String(tags.length));
  }
  for (const button of buttons.values()) {
    if (button === document.activeElement) root.closest(".post").focus({ preventScroll: true });
    button.remove();
  }
  root.hidden = !given.length;
}

function createReaction(emoji) {
  const button = stamp("reaction-template");
  button.value = emoji;
  slot(button, "emoji").textContent = emoji;
  return button;
}
