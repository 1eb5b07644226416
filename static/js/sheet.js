// A sheet: one of the desk's small forms in a dialog. The server's form opens it; what was typed stays
// until it is sent; what goes wrong on the way is said beside the form. Without scripts it is a page.
(() => {
  "use strict";
  const NOT_REACHED = "That did not reach the server. Nothing you typed is lost; try again.";
  const BROKEN = "Something broke on our side. Nothing you typed is lost; try again.";

  const dialog = () => document.getElementById("sheet");
  const body = () => document.getElementById("sheet-body");
  const inSheet = (event) => event.detail?.ctx?.sourceElement?.closest?.("#sheet");

  function open() {
    if (!dialog().open) dialog().showModal();
    (body().querySelector("[aria-invalid]:not(fieldset)") ?? body().querySelector("[autofocus]"))?.focus();
    document.dispatchEvent(new CustomEvent("lobby:sheet"));
  }

  document.addEventListener("htmx:after:swap", (event) => {
    const { target, sourceElement } = event.detail?.ctx ?? {};
    if (target === "#sheet-body") open(); // hx-status: refused, with all that was typed
    if (target !== body()) return;
    if (sourceElement.matches("[data-sheet]")) body().dataset.of = sourceElement.getAttribute("href");
    else if (!body().contains(sourceElement) && !inSheet(event)) delete body().dataset.of;
    delete body().dataset.typed;
    open();
  });

  // Who closed a form that they had begun finds it again as it was.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-sheet]");
    if (!link || !body().dataset.typed || body().dataset.of !== link.getAttribute("href")) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  }, true);

  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#sheet")) return;
    body().dataset.typed = "yes";
    if (event.target.name === "at") {
      const radio = event.target.closest(".choice")?.querySelector("[type=radio]");
      if (radio) radio.checked = true;
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#sheet [data-close]")) {
      event.preventDefault();
      dialog().close();
    }
    for (const menu of document.querySelectorAll(".more-menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".more-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // ---- what became of it

  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    const form = inSheet(event) && ctx.sourceElement;
    if (!form || ctx.request.method === "GET" || !ctx.response || ctx.response.status >= 400) return;
    dialog().close();
    if ("emptiesBox" in form.dataset) emptyBox();
    else if (ctx.target?.matches?.(".messages")) document.dispatchEvent(new CustomEvent("lobby:sent", { detail: {} }));
    else keepBox();
    delete body().dataset.of;
    body().replaceChildren();
  });

  // The text is in the schedule now; composer.js forgets its draft when it hears the box change.
  function emptyBox() {
    const box = document.getElementById("reply-box");
    if (!box) return;
    box.value = "";
    keepBox();
    if (!box.form.querySelector(".composer-quote").hidden) box.form.querySelector("[data-unquote]").click();
  }

  function keepBox() {
    document.getElementById("reply-box")?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(words) {
    const place = document.getElementById("sheet-problem");
    if (place) place.textContent = words;
  }

  document.addEventListener("htmx:error", (event) => inSheet(event) && say(NOT_REACHED));
  document.addEventListener("htmx:response:error", (event) => {
    if (inSheet(event) && event.detail.ctx.response.status >= 500) say(BROKEN);
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.closest?.(".scheduled")) document.dispatchEvent(new CustomEvent("lobby:arrange"));
  }, true);

  // The strip of what is scheduled stays open while news redraws it.
  document.addEventListener("htmx:before:swap", (event) => {
    for (const { target, fragment } of event.detail.tasks) {
      if (!target?.matches?.(".scheduled") || !target.querySelector("details[open]")) continue;
      fragment.querySelector?.(".scheduled details")?.setAttribute("open", "");
    }
  });
})();
