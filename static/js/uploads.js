// Files on their way to us. A file's bubble is a small form that htmx sends like a text's, in turn;
// only the sending itself is done here, because fetch tells nothing of how far it is. A file goes on
// while another conversation is open, and its bubble is there again when one comes back.
(() => {
  "use strict";
  const STALLED = 45; // seconds without a byte moving
  const PATIENCE = 120; // seconds for the answer, once all is there
  const NOT_REACHED = "Not sent, the connection is gone. Trying again is safe: it is never sent twice.";
  const REFUSED = "Not sent. The server did not take it; try again in a moment.";
  const jobs = new Map(); // client_ref → what is on its way, or did not get through

  const bubbleOf = (job) => document.querySelector(`.pending[data-client-ref="${CSS.escape(job.ref)}"]`);
  const isOnItsWay = (job) => !job.why;

  window.lobbyUploads = {
    // Draws the file into its bubble, and remembers it until the server has it.
    draw(item, entry) {
      const job = jobs.get(entry.ref) ?? { ...entry, part: 0, why: "", url: URL.createObjectURL(entry.file) };
      jobs.set(entry.ref, job);
      item.querySelector("form").elements.recording.value = job.recording ? "yes" : "";
      if (job.recording) item.querySelector("[data-edit]").remove();
      item.querySelector(".pending-text").textContent = job.body;
      item.querySelector("[data-cancel-upload]").setAttribute("aria-label", `Cancel sending ${job.file.name}`);
      item.querySelector("progress").setAttribute("aria-label", `Sending ${job.file.name}`);
      view(item, job);
      show(job, item);
    },
    of: (conversation) => [...jobs.values()].filter((job) => job.conversation === conversation),
    file: (ref) => jobs.get(ref)?.file,
    done: forget,
  };

  function forget(ref) {
    const job = jobs.get(ref);
    if (!job) return;
    jobs.delete(ref);
    setTimeout(() => URL.revokeObjectURL(job.url), 60000); // the bubble may still show it
  }

  function view(item, { file, url, recording }) {
    const kind = recording ? "voice" : file.type.split("/")[0];
    item.querySelector(".bubble").classList.add(`kind-${kind}`);
    if (kind === "image" || kind === "video") {
      const picture = document.createElement(kind === "image" ? "img" : "video");
      picture.src = url;
      if (kind === "image") picture.alt = file.name;
      else picture.className = "video";
      const frame = document.createElement("div");
      frame.className = kind === "image" ? "photo" : "";
      frame.append(picture);
      // It takes its room late, and what one has just sent stays in sight.
      picture.addEventListener(kind === "image" ? "load" : "loadedmetadata", () => document.dispatchEvent(new CustomEvent("lobby:sent")));
      item.querySelector(".pending-view").replaceChildren(frame);
      return;
    }
    item.querySelector(".pending-view b").textContent = recording ? "Voice message" : file.name;
    item.querySelector(".pending-view b + span").textContent = recording || window.lobbyFiles.size(file.size);
  }

  function show(job, item = bubbleOf(job)) {
    if (!item) return;
    const bar = item.querySelector("progress");
    bar.value = Math.floor(job.part * 100);
    item.querySelector(".uploading").hidden = !isOnItsWay(job);
    item.querySelector("[data-cancel-upload]").hidden = job.part === 1;
    item.classList.toggle("refused", !isOnItsWay(job));
    item.querySelector(".after").hidden = isOnItsWay(job);
    if (job.why) item.querySelector(".why").textContent = job.why;
  }

  // ---- sending

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    const job = jobs.get(ctx.sourceElement?.elements?.client_ref?.value);
    if (!job || !ctx.sourceElement.closest(".pending")) return;
    ctx.request.body.append("file", job.file, job.file.name);
    ctx.fetch = (url, request) => upload(job, url, request);
    Object.assign(job, { part: 0, why: "", stop: () => ctx.request.abort() });
    show(job);
  });

  function upload(job, url, request) {
    return new Promise((resolve, reject) => {
      const cancelled = () => reject(new DOMException("cancelled", "AbortError"));
      if (request.signal.aborted) return cancelled();
      const xhr = new XMLHttpRequest();
      let timer = 0;
      const alive = (seconds) => {
        clearTimeout(timer);
        timer = setTimeout(() => xhr.abort(), seconds * 1000);
      };
      const lost = () => {
        clearTimeout(timer);
        job.why = NOT_REACHED;
        show(job);
        reject(new TypeError("Failed to fetch")); // as fetch itself says it
      };
      request.signal.addEventListener("abort", () => {
        cancelled(); // first: what follows finds it settled
        xhr.abort();
      });
      xhr.upload.addEventListener("progress", (event) => {
        job.part = event.lengthComputable ? Math.min(event.loaded / event.total, 0.99) : 0;
        alive(STALLED);
        show(job);
      });
      xhr.upload.addEventListener("load", () => {
        job.part = 1;
        alive(PATIENCE);
        show(job);
      });
      xhr.addEventListener("load", () => {
        clearTimeout(timer);
        settle(job, xhr);
        resolve(answerOf(xhr));
      });
      xhr.addEventListener("error", lost);
      xhr.addEventListener("abort", lost);
      xhr.open(request.method, url);
      for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
      alive(STALLED);
      xhr.send(request.body);
    });
  }

  function wasSentAway(xhr) {
    return new URL(xhr.responseURL, location.href).pathname.startsWith("/sign-in");
  }

  // Also for a bubble that is not on the screen just now: htmx would find nobody to tell.
  function settle(job, xhr) {
    if (xhr.status < 400 && !wasSentAway(xhr)) {
      forget(job.ref);
      return;
    }
    const says = xhr.status === 422 || xhr.status === 413;
    job.why = says ? new DOMParser().parseFromString(xhr.responseText, "text/html").body.textContent.trim() : REFUSED;
    show(job);
  }

  function answerOf(xhr) {
    const headers = new Headers();
    for (const line of xhr.getAllResponseHeaders().trim().split(/[\r\n]+/)) {
      const [name, ...value] = line.split(": ");
      if (name) headers.append(name, value.join(": "));
    }
    const empty = xhr.status === 204 || xhr.status === 304;
    const answer = new Response(empty ? null : xhr.responseText, { status: xhr.status, headers });
    if (wasSentAway(xhr)) Object.defineProperty(answer, "redirected", { value: true });
    return answer;
  }

  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-cancel-upload]")?.closest(".pending");
    if (!item) return;
    const job = jobs.get(item.dataset.clientRef);
    job?.stop?.();
    window.lobbyComposer.drop(item);
    document.getElementById("announcer").textContent = `${job?.file.name ?? "The file"} is not sent`;
    document.getElementById("reply-box").focus();
  });

  // What only this page has would be lost with it.
  addEventListener("beforeunload", (event) => {
    if (jobs.size || window.lobbyFiles.waiting()) event.preventDefault();
  });
})();
