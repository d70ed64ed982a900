/** The four cards: the state in words, the figures, and why one of them is not up. */
import { byId, setText, slot } from "../../views/dom.js";
import { fill, gettext } from "../../views/text.js";
import { ms, stateWord, visible, whole } from "../names.js";

const PACKING = { websocket: "permessage-deflate", sse: "gzip", longpoll: "gzip", poll: "gzip" };
const UNPACKED = 5; // requests without one that was worth compressing

/** Show one row of the results. */
export function showCard(row, run) {
  const card = byId(`card-${row.transport}`);
  card.dataset.state = row.state;
  setText(slot(card, "state"), run.paused && row.state !== "failed" ? gettext("Paused") : stateWord(row.state));
  setText(slot(card, "reason"), row.reason ?? "");
  setText(slot(card, "note"), notes(row, run).join(" "));
  slot(card, "p50").textContent = ms(row.p50);
  const tails = gettext("p95 %(p95)s · p99 %(p99)s");
  slot(card, "tails").textContent = fill(tails, { p95: ms(row.p95), p99: ms(row.p99) });
  slot(card, "received").textContent = `${whole(row.received)} / ${whole(row.expected)}`;
  const disorder = [row.lost, row.duplicated, row.out_of_order].map(whole).join(" / ");
  slot(card, "disorder").textContent = disorder;
  slot(card, "requests").textContent = whole(row.requests);
  slot(card, "connections").textContent = whole(row.connections);
  slot(card, "reconnects").textContent = whole(row.reconnects);
  slot(card, "body").textContent = visible(row.body_bytes_browser);
  slot(card, "wire").textContent = whole(row.wire_bytes);
  slot(card, "per").textContent = whole(row.bytes_per_event);
}

function notes(row, run) {
  const said = [];
  if (run.plan.compression && row.compressed) {
    said.push(fill(gettext("Compressed: %(how)s."), { how: PACKING[row.transport] }));
  } else if (run.plan.compression && row.requests && (row.requests > UNPACKED || run.state === "finished")) {
    said.push(gettext("Not compressed: the answers are too short, or this server cannot."));
  }
  if (row.cuts) said.push(fill(gettext("Cut on purpose: %(cuts)s."), { cuts: whole(row.cuts) }));
  if (run.native && row.transport === "sse") {
    said.push(gettext("Read by EventSource, which does not say how many bytes came."));
  }
  return said;
}
