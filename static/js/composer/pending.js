// A message that is on its way to us, as a small form inside its own bubble (#pending-template): it is
// on the screen at once, is sent by htmx under a client-made reference, and stays with "Try again" when
// it does not get through. The server takes a reference once, so a second try never sends twice.
import { now, time, today } from "../page/clock.js";
import { announce } from "../page/text.js";
import { isReady } from "../page/vendor.js";
import { box, composer, conversation, isComing, onScreen } from "./box.js";
import { confirm, remember, unconfirmed, write } from "./drafts.js";
import { add } from "./files.js";
import { drawFile, fileOf, forgetFile, stopUpload, uploadsOf } from "./uploads.js";

const NOT_REACHED = "Not sent, the connection is gone. Your text is safe here.";
const NOT_KNOWN = "Not confirmed. Trying again is safe: it is never sent twice.";
const REFUSED = "Not sent. The server did not take it; try again in a moment.";

export function newRef() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function post(entry) {
  entry.conversation = conversation();
  if (!entry.file) remember(conversation(), entry);
  const item = bubble(entry);
  document.dispatchEvent(new CustomEvent("lobby:sent", { detail: { item } }));
  item.querySelector("form").dispatchEvent(new CustomEvent("lobby:send"));
}

// ---- the bubble

function bubble(entry) {
  const template = document.getElementById(entry.file ? "pending-file-template" : "pending-template");
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.clientRef = entry.ref;
  item.dataset.day = today();
  item.dataset.at = String(Math.floor(now()));
  fill(item, entry);
  document.getElementById(`messages-${conversation()}`).append(item);
  if (entry.file) drawFile(item, entry);
  window.htmx.process(item);
  return item;
}

function fill(item, { ref, body, quoted, preview, at, when }) {
  const { elements } = item.querySelector("form");
  elements.body.value = body;
  elements.client_ref.value = ref;
  elements.quoted.value = quoted || "";
  elements.saw.value = onScreen();
  item.querySelector(".pending-text").textContent = body;
  item.querySelector("time").textContent = when ?? time();
  if (at) {
    item.dataset.later = when;
    elements.at.value = at;
  }
  if (preview) {
    item.querySelector(".quote").hidden = false;
    item.querySelector(".quote span").textContent = preview;
  }
}

function say(item, words) {
  if (!item?.isConnected) return;
  item.classList.add("refused");
  item.querySelector(".after").hidden = false;
  if (words) item.querySelector(".why").textContent = words;
  arrange();
}

function arrange() {
  document.dispatchEvent(new CustomEvent("lobby:arrange"));
}

function forget(ref) {
  forgetFile(ref);
  confirm(ref);
}

function drop(item) {
  forget(item.dataset.clientRef);
  item.remove();
  arrange();
}

// The text goes back where it came from, in front of what is there by now.
function edit(item) {
  const text = item.querySelector("form").elements.body.value;
  const file = fileOf(item.dataset.clientRef);
  if (file) add([file]);
  write([text, box().value].filter(Boolean).join("\n"));
  drop(item);
  box().focus();
}

function cancel(item) {
  const name = fileOf(item.dataset.clientRef)?.name ?? "The file";
  stopUpload(item.dataset.clientRef);
  drop(item);
  announce(`${name} is not sent`);
  box().focus();
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-drop], [data-edit], [data-cancel-upload]");
  const item = target?.closest(".message");
  if (!item) return;
  if ("edit" in target.dataset) edit(item);
  else if ("drop" in target.dataset) drop(item);
  else cancel(item);
});

// ---- what became of it

const pendingOf = (event) => event.detail?.ctx?.sourceElement?.closest?.(".pending");

document.addEventListener("htmx:before:request", (event) => {
  const item = pendingOf(event);
  if (!item) return;
  item.classList.remove("refused");
  item.querySelector(".after").hidden = true;
});

document.addEventListener("htmx:after:request", (event) => {
  const ctx = event.detail?.ctx;
  const ref = ctx?.sourceElement?.elements?.client_ref?.value;
  if (!ref || !pendingOf(event)) return;
  if (ctx.response.status < 400 && !ctx.response.raw.redirected) taken(pendingOf(event), ref);
  else say(pendingOf(event), [413, 422].includes(ctx.response.status) ? "" : REFUSED);
});

// What is for later stands in the strip of what is scheduled from now on.
function taken(item, ref) {
  if (!item.dataset.later) {
    forget(ref);
    return;
  }
  announce(`Scheduled: ${item.dataset.later}`);
  drop(item);
}

document.addEventListener("htmx:error", (event) => {
  const item = pendingOf(event);
  say(item, item?.matches(".with-file") ? "" : NOT_REACHED);
});

// The server's bubble takes the place of ours, whichever way it comes first: by the answer or live.
document.addEventListener("htmx:before:swap", (event) => {
  for (const task of event.detail.tasks) {
    for (const item of task.fragment.querySelectorAll?.(".message[data-client-ref]") ?? []) {
      forget(item.dataset.clientRef);
      if (!document.getElementById(item.id)) giveId(item);
      else waiting(item.dataset.clientRef)?.remove();
    }
  }
});

function waiting(ref) {
  return document.querySelector(`.pending[data-client-ref="${CSS.escape(ref)}"]`);
}

// With the final id on it, the upsert that follows replaces our bubble in place.
function giveId(item) {
  const ours = waiting(item.dataset.clientRef);
  if (ours) ours.id = item.id;
}

// ---- bubbles that a reload or a fresh list left out come back, unless the server has them

export function restore() {
  if (!composer() || !isReady() || isComing()) return;
  for (const entry of unconfirmed(conversation())) {
    if (isMissing(entry.ref)) say(bubble(entry), NOT_KNOWN);
  }
  for (const job of uploadsOf(conversation())) {
    if (isMissing(job.ref)) bubble(job);
  }
}

function isMissing(ref) {
  const isThere = document.querySelector(`.message[data-client-ref="${CSS.escape(ref)}"]:not(.pending)`);
  if (isThere) forget(ref);
  return !isThere && !waiting(ref);
}
