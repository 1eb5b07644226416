// Choosing files: by the picker, by pasting, by dropping them anywhere on the thread, or into the sheet
// that sends them later. What is chosen stands above the box until Send takes it, and waits there while
// another conversation is open.
(() => {
  "use strict";
  const MOST = 30;
  const chosen = new Map(); // conversation → [{ file, url }]

  const composer = () => document.getElementById("composer");
  const conversation = () => composer()?.dataset.conversation;
  const ours = () => chosen.get(conversation()) ?? [];
  const picker = () => document.getElementById("file-picker");
  const sheet = () => document.querySelector("#sheet[open] [data-takes-files]");
  const box = () => sheet()?.querySelector("textarea") ?? document.getElementById("reply-box");

  function size(bytes) {
    if (bytes < 1000) return `${bytes} B`;
    if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
    return `${(bytes / 1_000_000).toFixed(1)} MB`;
  }

  function complain(words) {
    if (sheet()) {
      sheet().querySelector(".problem").textContent = words;
      return;
    }
    const line = composer().querySelector(":scope > .problem");
    line.querySelector("span").textContent = words;
    line.hidden = !words;
  }

  function add(files) {
    const good = [];
    const problems = [];
    for (const file of files) {
      const problem = trouble(file, ours().length + good.length);
      if (problem) problems.push(problem);
      else good.push({ file, url: /^image\//.test(file.type) ? URL.createObjectURL(file) : "" });
    }
    chosen.set(conversation(), [...ours(), ...good]);
    complain(problems.slice(0, 3).join(" "));
    draw();
    tell();
    box().focus();
  }

  function trouble(file, before) {
    if (before >= MOST) return `${file.name} was left out: ${MOST} files at a time.`;
    if (!file.size) return `${file.name} is empty.`;
    if (file.size > Number(composer().dataset.largest)) return `${file.name} is larger than 100 MB, which is the most that WhatsApp takes.`;
    return "";
  }

  function tell() {
    const count = ours().length;
    document.getElementById("announcer").textContent = count ? `${count} ${count === 1 ? "file" : "files"} to send` : "No files to send";
  }

  function draw() {
    for (const list of document.querySelectorAll(".chosen")) {
      list.hidden = !ours().length;
      list.replaceChildren(...ours().map(chip));
    }
    document.dispatchEvent(new CustomEvent("lobby:chosen"));
  }

  function chip({ file, url }) {
    const item = document.getElementById("chosen-template").content.firstElementChild.cloneNode(true);
    item.querySelector("b").textContent = file.name;
    item.querySelector(".chosen-words > span").textContent = size(file.size);
    const button = item.querySelector("button");
    button.setAttribute("aria-label", `Remove ${file.name}`);
    button.title = "Remove";
    if (url) {
      const image = document.createElement("img");
      image.src = url;
      image.alt = "";
      item.querySelector(".file-view").replaceChildren(image);
    }
    return item;
  }

  function remove(index) {
    const [gone] = ours().splice(index, 1);
    if (gone.url) URL.revokeObjectURL(gone.url);
    draw();
    tell();
    box().focus();
  }

  window.lobbyFiles = {
    size,
    complain,
    chosen: () => ours().map(({ file }) => file),
    give: add,
    // They leave the box for good.
    take() {
      const taken = ours().map(({ file }) => file);
      for (const { url } of ours()) if (url) URL.revokeObjectURL(url);
      chosen.delete(conversation());
      complain("");
      draw();
      return taken;
    },
    waiting: () => [...chosen.values()].some((files) => files.length),
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-attach]")) {
      picker().multiple = true;
      picker().click();
    }
    const button = event.target.closest?.("[data-unchoose]");
    if (button) remove([...button.closest("ul").children].indexOf(button.closest("li")));
  });

  document.addEventListener("change", (event) => {
    if (event.target !== picker()) return;
    add(picker().files);
    picker().value = "";
  });

  // A table or a sentence from an office program brings a picture of itself along: it is text.
  document.addEventListener("paste", (event) => {
    const elsewhere = event.target.matches?.("input, textarea") && event.target !== box();
    const { files, types } = event.clipboardData ?? {};
    if (!composer() || elsewhere || !files?.length || types.includes("text/plain")) return;
    event.preventDefault();
    add(files);
  });

  // ---- dropping

  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const place = (event) => composer() && event.target.closest?.(".thread, [data-takes-files]");

  function showPlace(on) {
    document.querySelector(".thread")?.classList.toggle("dropping", Boolean(on));
  }

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // a browser would leave the desk and open the file
    event.dataTransfer.dropEffect = place(event) ? "copy" : "none";
    showPlace(place(event) && !sheet());
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) showPlace(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    showPlace(false);
    if (place(event)) addDropped(event.dataTransfer);
  });

  function addDropped({ items, files }) {
    const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
    const folders = new Set([...items].flatMap((item, index) => (isFolder(item) ? [files[index]] : [])));
    add([...files].filter((file) => !folders.has(file)));
    if (folders.size) complain("A folder cannot be sent. Drop the files in it.");
  }

  // ---- opening a conversation, or a sheet

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.target?.id === "thread" && composer()) draw();
  });
  document.addEventListener("lobby:sheet", () => composer() && draw());
})();
