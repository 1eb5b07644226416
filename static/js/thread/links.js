// A link inside the thread leads to its bubble. A quoted one that is further up stays there; a failed
// one is worth loading the page for.
function show(event, bubble, stay) {
  if (bubble || stay) event.preventDefault();
  if (!bubble) return;
  bubble.scrollIntoView({ block: "center", behavior: "smooth" });
  bubble.classList.remove("found");
  requestAnimationFrame(() => bubble.classList.add("found"));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.quote, a[data-show]");
  if (link) show(event, document.getElementById(link.hash.slice(1)), link.matches("a.quote"));
});
