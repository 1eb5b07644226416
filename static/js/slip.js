// The slip beside a bubble: opened when the server has drawn it, placed where it was asked for, closed
// by Esc, by a click elsewhere (both native) and by what is chosen in it. And the slot under a bubble,
// where its text is changed.
(() => {
  "use strict";
  const GAP = 6;
  const slip = () => document.getElementById("slip");
  const isOpen = () => slip()?.matches(":popover-open");
  let asker = null; // the button that asked,
  let bubble = ""; // and its bubble, for when it was drawn anew since

  function open() {
    if (!isOpen()) slip().showPopover();
    place();
    const first = slip().querySelector("[autofocus]") || slip().querySelector("a, button, input");
    first?.focus({ preventScroll: true });
  }

  function close() {
    if (isOpen()) slip().hidePopover();
  }

  // Below the button, or above it where there is more room. On a phone the style sheet docks it below.
  function place() {
    const from = (asker?.isConnected ? asker : document.getElementById(bubble))?.getBoundingClientRect();
    if (!from) return;
    const { offsetWidth: width, offsetHeight: height } = slip();
    const fits = from.bottom + GAP + height < innerHeight;
    const top = fits ? from.bottom + GAP : Math.max(GAP, from.top - GAP - height);
    const left = Math.min(Math.max(GAP, from.left), innerWidth - width - GAP);
    slip().style.setProperty("--slip-top", `${top}px`);
    slip().style.setProperty("--slip-left", `${left}px`);
  }

  document.addEventListener("htmx:before:request", (event) => {
    const { sourceElement, target } = event.detail.ctx;
    if (target !== slip() || slip().contains(sourceElement)) return;
    asker = sourceElement;
    bubble = asker.closest(".message")?.id;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { target, sourceElement } = event.detail?.ctx ?? {};
    if (target && target === slip()) open();
    else if (target?.matches?.(".slot")) edit(target);
    else if (slip()?.contains(sourceElement) && !sourceElement.matches("[role=search]")) close();
  });

  function edit(slot) {
    close();
    const box = slot.querySelector("textarea");
    if (!box) return;
    slot.scrollIntoView({ block: "nearest" });
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  // What was asked for is under way, or refused in the notice: either way the slip is done.
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, request } = event.detail?.ctx ?? {};
    if (request?.method !== "GET" && slip()?.contains(sourceElement)) close();
  });

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest?.("[data-copy], [data-close-slip], [data-close-slot], #slip [data-quote]");
    if (!chosen) return;
    if ("copy" in chosen.dataset) copy(chosen.dataset.copy);
    if ("closeSlot" in chosen.dataset) chosen.closest(".slot").replaceChildren();
    else close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches?.(".more-button")) {
      event.preventDefault(); // it is called a button, so both keys press it
      event.target.click();
    }
    if (event.key === "Escape" && event.target.matches?.(".slot textarea")) {
      event.target.closest(".slot").replaceChildren();
    } else if (isOpen() && slip().contains(event.target) && /^Arrow(Up|Down)$/.test(event.key)) {
      step(event);
    }
  });

  function step(event) {
    const items = [...slip().querySelectorAll("a.slip-item, button.slip-item")];
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
    slip().append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
})();
