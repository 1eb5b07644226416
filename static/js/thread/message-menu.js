// The menu of a message, beside its bubble: opened when the server has drawn it, placed where it was
// asked for, closed by Esc, by a click elsewhere (both native) and by what is chosen in it.
const GAP = 6;
const menu = () => document.getElementById("message-menu");
const isOpen = () => menu()?.matches(":popover-open");
let asker = null; // the button that asked,
let bubble = ""; // and its bubble, for when it was drawn anew since

function open() {
  if (!isOpen()) menu().showPopover();
  place();
  const first = menu().querySelector("[autofocus]") || menu().querySelector("a, button, input");
  first?.focus({ preventScroll: true });
}

function close() {
  if (isOpen()) menu().hidePopover();
}

// Below the button, or above it where there is more room. On a phone the style sheet docks it below.
function place() {
  const from = (asker?.isConnected ? asker : document.getElementById(bubble))?.getBoundingClientRect();
  if (!from) return;
  const { offsetWidth: width, offsetHeight: height } = menu();
  const fits = from.bottom + GAP + height < innerHeight;
  const top = fits ? from.bottom + GAP : Math.max(GAP, from.top - GAP - height);
  const left = Math.min(Math.max(GAP, from.left), innerWidth - width - GAP);
  menu().style.setProperty("--message-menu-top", `${top}px`);
  menu().style.setProperty("--message-menu-left", `${left}px`);
}

document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, target } = event.detail.ctx;
  if (target !== menu() || menu().contains(sourceElement)) return;
  asker = sourceElement;
  bubble = asker.closest(".message")?.id;
});

document.addEventListener("htmx:after:swap", (event) => {
  const { target, sourceElement } = event.detail?.ctx ?? {};
  if (target && target === menu()) open();
  else if (target?.matches?.(".slot")) close();
  else if (menu()?.contains(sourceElement) && !sourceElement.matches("[role=search]")) close();
});

// What was asked for is under way, or refused in the notice: either way the menu is done.
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, request } = event.detail?.ctx ?? {};
  if (request?.method !== "GET" && menu()?.contains(sourceElement)) close();
});

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("[data-copy], [data-close-message-menu], #message-menu [data-quote]");
  if (!chosen) return;
  if ("copy" in chosen.dataset) copy(chosen.dataset.copy);
  close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.(".more-button")) {
    event.preventDefault(); // it is called a button, so both keys press it
    event.target.click();
  }
  if (isOpen() && menu().contains(event.target) && /^Arrow(Up|Down)$/.test(event.key)) step(event);
});

function step(event) {
  const items = [...menu().querySelectorAll("a.message-menu-item, button.message-menu-item")];
  const next = items[items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// Without https a page may not use the clipboard, but it may copy what is selected.
function copy(text) {
  if (navigator.clipboard) {
    navigator.clipboard.writeText(text).catch(() => {});
    return;
  }
  const box = document.createElement("textarea");
  box.value = text;
  menu().append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}
