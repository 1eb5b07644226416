// Files for later. The dialog first asks the server which moment is meant, and hears what is wrong with
// it or with the text; then the files follow one by one, each as a bubble until the server has it.
import { postLater } from "./composer.js";
import { canHaveText, files } from "./files.js";

const formOf = (event) => event.detail?.ctx?.sourceElement?.closest?.("[data-later]");

// The text goes under the first file that can have one, as when it is sent at once.
function goesUnder(form, chosen) {
  return !form.elements.body.value.trim() || chosen.some(canHaveText);
}

document.addEventListener("htmx:config:request", (event) => {
  const form = formOf(event);
  const chosen = form ? files() : [];
  if (chosen.length) event.detail.ctx.request.body.append("files", goesUnder(form, chosen) ? "under" : "beside");
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = formOf(event);
  if (!form || ctx.response.status >= 400 || ctx.response.raw.redirected) return;
  const due = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("time");
  if (!due || !files().length) return;
  const under = goesUnder(form, files());
  const { body, quoted } = form.elements;
  const words = under ? { body: body.value.trim(), quoted: quoted.value } : { body: "", quoted: "" };
  postLater({ ...words, at: due.dateTime, when: due.textContent.trim() });
});

// A file needs no text.
function need() {
  for (const box of document.querySelectorAll("[data-later] textarea")) box.required = !files().length;
}
document.addEventListener("lobby:chosen", need);
