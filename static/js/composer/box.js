// The reply box: as tall as its text, with what it quotes, and a word when it is nearly full. Its
// limits are attributes of the form.
export const composer = () => document.getElementById("composer");
export const box = () => document.getElementById("reply-box");
export const conversation = () => composer()?.dataset.conversation;
// Whom what is chosen now is for: the conversation that is coming, if one is.
export const writesTo = () => document.getElementById("thread").dataset.coming || conversation();
// Whether another one is coming; also the list, which has no box.
export const isComing = () => "coming" in document.getElementById("thread").dataset;
// Whom the writer sees: read from the head of what is on the screen, so that the server can compare it
// with whom a form is for.
export const onScreen = () => {
  if (isComing()) return document.getElementById("thread").dataset.coming;
  return document.querySelector("#thread .thread-head")?.id.replace("thread-head-", "") ?? "";
};

export function grow() {
  const area = box();
  if (!area || CSS.supports("field-sizing", "content")) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight}px`;
}

export function countDown() {
  const area = box();
  const left = area.maxLength - area.value.length;
  const words = composer().querySelector(".composer-left");
  words.hidden = left > 500;
  words.textContent = `${left} characters left`;
}

export function quote(id, preview) {
  composer().elements.quoted.value = id;
  const strip = composer().querySelector(".composer-quote");
  strip.hidden = !id;
  strip.querySelector("span").textContent = preview;
  if (id) box().focus();
}

export function quotedWords() {
  return composer().querySelector(".composer-quote span").textContent;
}

export function showProblem(words) {
  const form = document.querySelector(".coming .composer") ?? composer();
  const line = form.querySelector(":scope > .problem");
  line.querySelector("span").textContent = words;
  line.hidden = !words;
}

// Enter sends. While an input method is composing (Japanese, Chinese, Korean …) Enter belongs to it.
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || event.key !== "Enter") return;
  if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (!event.repeat) composer().requestSubmit();
});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-quote], [data-unquote]");
  if (!target) return;
  if ("unquote" in target.dataset) quote("", "");
  else quote(target.dataset.quote, document.getElementById(`m-${target.dataset.quote}`)?.dataset.preview);
});
