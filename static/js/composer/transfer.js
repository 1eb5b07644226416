// Sends one body and tells how far it is, which fetch does not. It is given up when nothing moves.
const STALLED = 45; // seconds without a byte moving
const PATIENCE = 120; // seconds for the answer, once all is there

function watchOver(xhr) {
  let timer = 0;
  return {
    expect(seconds) {
      clearTimeout(timer);
      timer = setTimeout(() => xhr.abort(), seconds * 1000);
    },
    end: () => clearTimeout(timer),
  };
}

function tellMoves(xhr, watch, moved) {
  xhr.upload.addEventListener("progress", (event) => {
    watch.expect(STALLED);
    moved(event.lengthComputable ? Math.min(event.loaded / event.total, 0.99) : 0);
  });
  xhr.upload.addEventListener("load", () => {
    watch.expect(PATIENCE);
    moved(1);
  });
}

// The finished request; fails as fetch itself does. `moved` hears which part has left.
export function transfer(url, request, moved) {
  return new Promise((resolve, reject) => {
    const cancelled = () => reject(new DOMException("cancelled", "AbortError"));
    if (request.signal.aborted) return cancelled();
    const xhr = new XMLHttpRequest();
    const watch = watchOver(xhr);
    request.signal.addEventListener("abort", () => {
      cancelled(); // first: what follows finds it settled
      xhr.abort();
    });
    tellMoves(xhr, watch, moved);
    xhr.addEventListener("load", () => resolve(xhr));
    xhr.addEventListener("error", () => reject(new TypeError("Failed to fetch")));
    xhr.addEventListener("abort", () => reject(new TypeError("Failed to fetch")));
    xhr.addEventListener("loadend", watch.end);
    xhr.open(request.method, url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    watch.expect(STALLED);
    xhr.send(request.body);
  });
}

export function wasSentAway(xhr) {
  return new URL(xhr.responseURL, location.href).pathname.startsWith("/sign-in");
}

// As fetch would have given it.
export function answerOf(xhr) {
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
