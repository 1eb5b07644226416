// The tab says how many guests wait: "(3) Lucía Serrano · Grand Plaza · Lobby".
function show() {
  const waiting = Number(document.getElementById("tabs")?.dataset.needsUs || 0);
  const words = document.getElementById("thread")?.dataset.title || "Lobby";
  const title = waiting ? `(${waiting}) ${words}` : words;
  if (document.title !== title) document.title = title;
}
document.addEventListener("htmx:after:swap", show);
show();
