// The reply box. A message is its own small form inside its own bubble (#pending-template): it is on
// the screen at once, is sent by htmx under a client-made reference, and stays with "Try again" when
// it does not get through. The server takes a reference once, so a second try never sends twice.
(() => {
  "use strict";
  const NOT_REACHED = "Not sent, the connection is gone. Your text is safe here.";
  const NOT_KNOWN = "Not confirmed. Trying again is safe: it is never sent twice.";
  const REFUSED = "Not sent. The server did not take it; try again in a moment.";

  const CAPTION = 1024;
  const TOO_LONG = `A text under a file can have ${CAPTION} characters. Send the text by itself.`;

  const composer = () => document.getElementById("composer");
  const box = () => document.getElementById("reply-box");
  const conversation = () => composer()?.dataset.conversation;

  // ---- what must survive a reload: the draft, and messages that are not confirmed yet

  const draftKey = (id) => `lobby:draft:${id}`;
  const outboxKey = (id) => `lobby:outbox:${id}`;

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

  function outbox(id) {
    try {
      return JSON.parse(kept(outboxKey(id)) || "[]");
    } catch {
      return [];
    }
  }

  function remember(id, entry) {
    keep(outboxKey(id), JSON.stringify([...outbox(id).filter((one) => one.ref !== entry.ref), entry]));
  }

  function forget(ref) {
    window.lobbyUploads.done(ref);
    for (const key of storedOutboxes()) {
      const left = JSON.parse(kept(key) || "[]").filter((one) => one.ref !== ref);
      keep(key, left.length ? JSON.stringify(left) : "");
    }
  }

  function storedOutboxes() {
    try {
      return Object.keys(sessionStorage).filter((key) => key.startsWith("lobby:outbox:"));
    } catch {
      return [];
    }
  }

  // ---- the box

  function grow() {
    const area = box();
    if (!area || CSS.supports("field-sizing", "content")) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight}px`;
  }

  function countDown() {
    const area = box();
    const left = area.maxLength - area.value.length;
    const words = composer().querySelector(".composer-left");
    words.hidden = left > 500;
    words.textContent = `${left} characters left`;
  }

  function quote(id, preview) {
    composer().elements.quoted.value = id;
    const strip = composer().querySelector(".composer-quote");
    strip.hidden = !id;
    strip.querySelector("span").textContent = preview;
    if (id) box().focus();
  }

  function newRef() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function messages() {
    return document.getElementById(`messages-${conversation()}`);
  }

  // ---- a bubble of its own

  function bubble(entry) {
    const { ref, body, quoted, preview, file, at, when } = entry;
    const item = document.getElementById(file ? "pending-file-template" : "pending-template").content.firstElementChild.cloneNode(true);
    const form = item.querySelector("form");
    item.dataset.clientRef = ref;
    item.dataset.day = window.lobbyClock.day();
    item.dataset.at = String(Math.floor(window.lobbyClock.now()));
    form.elements.body.value = body;
    form.elements.client_ref.value = ref;
    form.elements.quoted.value = quoted || "";
    item.querySelector(".pending-text").textContent = body;
    item.querySelector("time").textContent = when ?? window.lobbyClock.time();
    if (at) {
      item.dataset.later = when;
      form.elements.at.value = at;
    }
    if (preview) {
      item.querySelector(".quote").hidden = false;
      item.querySelector(".quote span").textContent = preview;
    }
    messages().append(item);
    if (file) window.lobbyUploads.draw(item, entry);
    window.htmx.process(item);
    return item;
  }

  function say(item, words) {
    if (!item?.isConnected) return;
    item.classList.add("refused");
    item.querySelector(".after").hidden = false;
    if (words) item.querySelector(".why").textContent = words;
    document.dispatchEvent(new CustomEvent("lobby:arrange"));
  }

  function post(entry) {
    entry.conversation = conversation();
    if (!entry.file) remember(conversation(), entry);
    const item = bubble(entry);
    document.dispatchEvent(new CustomEvent("lobby:sent", { detail: { item } }));
    item.querySelector("form").dispatchEvent(new CustomEvent("lobby:send"));
  }

  // Each file is a message of its own, in order. The text goes under the first that can have one,
  // else it follows by itself.
  function entries(body, files) {
    const under = files.findIndex((file) => !file.type.startsWith("audio/"));
    const made = files.map((file, index) => ({ file, body: index === under ? body : "" }));
    if (body && under < 0) made.push({ body });
    return made.map((entry) => ({ ...entry, ref: newRef(), quoted: "", preview: "" }));
  }

  function submit(form) {
    const body = box().value.trim();
    const files = window.lobbyFiles.chosen();
    if (!body && !files.length) return;
    const made = entries(body, files);
    if (made.some((entry) => entry.file && entry.body.length > CAPTION)) {
      window.lobbyFiles.complain(TOO_LONG);
      return;
    }
    window.lobbyFiles.take();
    made[0].ref = form.elements.client_ref.value;
    made[0].quoted = form.elements.quoted.value;
    made[0].preview = form.querySelector(".composer-quote span").textContent;
    form.elements.client_ref.value = newRef();
    box().value = "";
    keep(draftKey(conversation()), "");
    quote("", "");
    grow();
    countDown();
    made.forEach(post);
  }

  // The same for later: the text of sounds alone is scheduled by the sheet itself.
  function postLater({ at, when, body, quoted }) {
    const preview = quoted ? composer().querySelector(".composer-quote span").textContent : "";
    const made = entries(body, window.lobbyFiles.take()).filter((entry) => entry.file);
    Object.assign(made[0], { quoted, preview });
    for (const entry of made) post({ ...entry, at, when });
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== composer() || !window.lobbyVendor.isReady()) return;
    event.preventDefault();
    submit(event.target);
  });

  // Enter sends. While an input method is composing (Japanese, Chinese, Korean …) Enter belongs to it.
  document.addEventListener("keydown", (event) => {
    if (event.target !== box() || event.key !== "Enter") return;
    if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) composer().requestSubmit();
  });

  document.addEventListener("input", (event) => {
    if (event.target !== box()) return;
    keep(draftKey(conversation()), box().value);
    grow();
    countDown();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-quote], [data-unquote], [data-drop], [data-edit]");
    if (!target) return;
    if ("edit" in target.dataset) edit(target.closest(".message"));
    else if ("drop" in target.dataset) drop(target.closest(".message"));
    else if ("unquote" in target.dataset) quote("", "");
    else quote(target.dataset.quote, document.getElementById(`m-${target.dataset.quote}`)?.dataset.preview);
  });

  // The text goes back where it came from, in front of what is there by now.
  function edit(item) {
    const text = item.querySelector("form").elements.body.value;
    const file = window.lobbyUploads.file(item.dataset.clientRef);
    if (file) window.lobbyFiles.give([file]);
    box().value = [text, box().value].filter(Boolean).join("\n");
    keep(draftKey(conversation()), box().value);
    drop(item);
    grow();
    countDown();
    box().focus();
  }

  function drop(item) {
    forget(item.dataset.clientRef);
    item.remove();
    document.dispatchEvent(new CustomEvent("lobby:arrange"));
  }

  // ---- what became of it

  const pendingOf = (event) => event.detail?.ctx?.sourceElement?.closest?.(".pending");

  document.addEventListener("htmx:before:request", (event) => {
    const item = pendingOf(event);
    if (!item) return;
    item.classList.remove("refused");
    item.querySelector(".after").hidden = true;
  });

  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail?.ctx;
    const ref = ctx?.sourceElement?.elements?.client_ref?.value;
    if (!ref || !pendingOf(event)) return;
    if (ctx.response.status < 400 && !ctx.response.raw.redirected) taken(pendingOf(event), ref);
    else say(pendingOf(event), [413, 422].includes(ctx.response.status) ? "" : REFUSED);
  });

  // What is for later stands in the strip of what is scheduled from now on.
  function taken(item, ref) {
    if (!item.dataset.later) {
      forget(ref);
      return;
    }
    document.getElementById("announcer").textContent = `Scheduled: ${item.dataset.later}`;
    drop(item);
  }

  document.addEventListener("htmx:error", (event) => {
    const item = pendingOf(event);
    say(item, item?.matches(".with-file") ? "" : NOT_REACHED);
  });

  // The server's bubble takes the place of ours, whichever way it comes first: by the answer or live.
  document.addEventListener("htmx:before:swap", (event) => {
    for (const task of event.detail.tasks) {
      for (const item of task.fragment.querySelectorAll?.(".message[data-client-ref]") ?? []) {
        forget(item.dataset.clientRef);
        if (!document.getElementById(item.id)) giveId(item);
        else waiting(item.dataset.clientRef)?.remove();
      }
    }
  });

  function waiting(ref) {
    return document.querySelector(`.pending[data-client-ref="${CSS.escape(ref)}"]`);
  }

  // With the final id on it, the upsert that follows replaces our bubble in place.
  function giveId(item) {
    const ours = waiting(item.dataset.clientRef);
    if (ours) ours.id = item.id;
  }

  // Who signs out leaves no text behind for the next person at the desk.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".me-menu form")) return;
    try {
      sessionStorage.clear();
    } catch {
      // Nothing is kept where nothing may be.
    }
  });

  // ---- opening a conversation

  function open() {
    const form = composer();
    if (!form || form.dataset.opened) return;
    form.dataset.opened = "yes";
    if (!box().value) box().value = kept(draftKey(conversation()));
    grow();
    restore();
    if (matchMedia("(pointer: fine)").matches) box().focus({ preventScroll: true });
  }

  // Bubbles that a reload or a fresh list left out come back, unless the server has them.
  function restore() {
    if (!composer() || !window.lobbyVendor.isReady()) return;
    for (const entry of outbox(conversation())) {
      const ref = CSS.escape(entry.ref);
      if (document.querySelector(`.message[data-client-ref="${ref}"]:not(.pending)`)) forget(entry.ref);
      else if (!waiting(entry.ref)) say(bubble(entry), NOT_KNOWN);
    }
    for (const job of window.lobbyUploads.of(conversation())) {
      const ref = CSS.escape(job.ref);
      if (document.querySelector(`.message[data-client-ref="${ref}"]:not(.pending)`)) forget(job.ref);
      else if (!waiting(job.ref)) bubble(job);
    }
  }

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.target?.id === "thread") open();
    else restore();
  });
  document.addEventListener("lobby:vendor", restore);
  window.lobbyComposer = { post, postLater, drop, newRef };
  open();
})();
