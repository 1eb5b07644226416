// Files for later. The sheet first asks the server which moment is meant, and hears what is wrong with
// it or with the text; then the files follow one by one, each as a bubble until the server has it.
(() => {
  "use strict";
  const formOf = (event) => event.detail?.ctx?.sourceElement?.closest?.("[data-later]");

  // The text goes under the first file that can have one, as when it is sent at once.
  function goesUnder(form, files) {
    return !form.elements.body.value.trim() || files.some((file) => !file.type.startsWith("audio/"));
  }

  document.addEventListener("htmx:config:request", (event) => {
    const form = formOf(event);
    const files = form ? window.lobbyFiles.chosen() : [];
    if (files.length) event.detail.ctx.request.body.append("files", goesUnder(form, files) ? "under" : "beside");
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const form = formOf(event);
    if (!form || ctx.response.status >= 400 || ctx.response.raw.redirected) return;
    const due = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("time");
    const files = window.lobbyFiles.chosen();
    if (!due || !files.length) return;
    const under = goesUnder(form, files);
    const { body, quoted } = form.elements;
    const words = under ? { body: body.value.trim(), quoted: quoted.value } : { body: "", quoted: "" };
    window.lobbyComposer.postLater({ ...words, at: due.dateTime, when: due.textContent.trim() });
  });

  // A file needs no text.
  function need() {
    for (const box of document.querySelectorAll("[data-later] textarea")) box.required = !window.lobbyFiles.chosen().length;
  }
  document.addEventListener("lobby:chosen", need);
})();
