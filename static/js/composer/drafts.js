// What must survive a reload of this window: the text in the box, and texts that are not confirmed yet.
import { box, conversation, countDown, grow } from "./box.js";

const OUTBOX = "lobby:outbox:";
const draftKey = (id) => `lobby:draft:${id}`;

export const draft = (id) => kept(draftKey(id));
export const keepDraft = (id, text) => keep(draftKey(id), text);

function keep(key, value) {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // A full or forbidden store costs the safety net, not the message.
  }
}

function kept(key) {
  try {
    return sessionStorage.getItem(key) || "";
  } catch {
    return "";
  }
}

function entries(key) {
  try {
    return JSON.parse(kept(key) || "[]");
  } catch {
    return [];
  }
}

function storedOutboxes() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(OUTBOX));
  } catch {
    return [];
  }
}

export const unconfirmed = (id) => entries(OUTBOX + id);

export function remember(id, entry) {
  const others = unconfirmed(id).filter((one) => one.ref !== entry.ref);
  keep(OUTBOX + id, JSON.stringify([...others, entry]));
}

export function confirm(ref) {
  for (const key of storedOutboxes()) {
    const left = entries(key).filter((one) => one.ref !== ref);
    keep(key, left.length ? JSON.stringify(left) : "");
  }
}

export function write(text) {
  box().value = text;
  noteText();
}

function noteText() {
  keepDraft(conversation(), box().value);
  grow();
  countDown();
}

// A text that came with the page goes first.
export function bringBack() {
  if (!box().value) box().value = draft(conversation());
  grow();
}

document.addEventListener("input", (event) => {
  if (event.target === box()) noteText();
});

// Who signs out leaves no text behind for the next person at the desk.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".me-menu form")) return;
  try {
    sessionStorage.clear();
  } catch {
    // Nothing is kept where nothing may be.
  }
});
