// Sending what stands in the reply box: its text and the files above it, each a message of its own.
import { isReady } from "../page/vendor.js";
import { box, composer, quote, quotedWords } from "./box.js";
import { bringBack, write } from "./drafts.js";
import { canHaveText, complain, files, take } from "./files.js";
import { newRef, post, restore } from "./pending.js";

// In order. The text goes under the first that can have one, else it follows by itself.
function entries(body, some) {
  const under = some.findIndex(canHaveText);
  const made = some.map((file, index) => ({ file, body: index === under ? body : "" }));
  if (body && under < 0) made.push({ body });
  return made.map((entry) => ({ ...entry, ref: newRef(), quoted: "", preview: "" }));
}

function isTooLong(made) {
  const longest = Number(composer().dataset.longestCaption);
  if (!made.some((entry) => entry.file && entry.body.length > longest)) return false;
  complain(`A text under a file can have ${longest} characters. Send the text by itself.`);
  return true;
}

function submit(form) {
  const body = box().value.trim();
  if (!body && !files().length) return;
  const made = entries(body, files());
  if (isTooLong(made)) return;
  take();
  made[0].ref = form.elements.client_ref.value;
  made[0].quoted = form.elements.quoted.value;
  made[0].preview = quotedWords();
  form.elements.client_ref.value = newRef();
  write("");
  quote("", "");
  made.forEach(post);
}

// The same for later: the text of sounds alone is scheduled by the dialog itself.
export function postLater({ at, when, body, quoted }) {
  const preview = quoted ? quotedWords() : "";
  const made = entries(body, take()).filter((entry) => entry.file);
  Object.assign(made[0], { quoted, preview });
  for (const entry of made) post({ ...entry, at, when });
}

document.addEventListener("submit", (event) => {
  if (event.target !== composer() || !isReady()) return;
  event.preventDefault();
  submit(event.target);
});

// ---- a conversation is opened

function open() {
  const form = composer();
  if (!form || form.dataset.opened) return;
  form.dataset.opened = "yes";
  bringBack();
  restore();
  if (matchMedia("(pointer: fine)").matches) box().focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id === "thread") open();
  else restore();
});
document.addEventListener("lobby:vendor", restore);
open();
