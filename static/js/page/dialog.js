// One of the desk's small forms in a dialog. The server's form opens it; what was typed stays until it
// is sent; what goes wrong on the way is said beside the form. Without scripts it is a page.
const NOT_REACHED = "That did not reach the server. Nothing you typed is lost; try again.";
const BROKEN = "Something broke on our side. Nothing you typed is lost; try again.";

const dialog = () => document.getElementById("dialog");
const body = () => document.getElementById("dialog-body");
const inDialog = (event) => event.detail?.ctx?.sourceElement?.closest?.("#dialog");

function open() {
  if (!dialog().open) dialog().showModal();
  (body().querySelector("[aria-invalid]:not(fieldset)") ?? body().querySelector("[autofocus]"))?.focus();
  document.dispatchEvent(new CustomEvent("lobby:dialog"));
}

document.addEventListener("htmx:after:swap", (event) => {
  const { target, sourceElement } = event.detail?.ctx ?? {};
  if (target === "#dialog-body") open(); // hx-status: refused, with all that was typed
  if (target !== body()) return;
  if (sourceElement.matches("[data-dialog]")) body().dataset.of = sourceElement.getAttribute("href");
  else if (!body().contains(sourceElement) && !inDialog(event)) delete body().dataset.of;
  delete body().dataset.typed;
  open();
});

// Who closed a form that they had begun finds it again as it was.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-dialog]");
  if (!link || !body().dataset.typed || body().dataset.of !== link.getAttribute("href")) return;
  event.preventDefault();
  event.stopPropagation();
  open();
}, true);

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("#dialog")) return;
  body().dataset.typed = "yes";
  if (event.target.name === "at") {
    const radio = event.target.closest(".choice")?.querySelector("[type=radio]");
    if (radio) radio.checked = true;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#dialog [data-close]")) {
    event.preventDefault();
    dialog().close();
  }
});

// ---- what became of it

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const form = inDialog(event) && ctx.sourceElement;
  if (!form || ctx.request.method === "GET" || !ctx.response || ctx.response.status >= 400) return;
  dialog().close();
  document.dispatchEvent(new CustomEvent("lobby:dialog-done", { detail: { form, target: ctx.target } }));
  delete body().dataset.of;
  body().replaceChildren();
});

function say(words) {
  const place = document.getElementById("dialog-problem");
  if (place) place.textContent = words;
}

document.addEventListener("htmx:error", (event) => inDialog(event) && say(NOT_REACHED));
document.addEventListener("htmx:response:error", (event) => {
  if (inDialog(event) && event.detail.ctx.response.status >= 500) say(BROKEN);
});
