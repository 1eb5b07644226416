// Says aloud, at once, when a guest becomes upset or is in danger while we look at the page.
(() => {
  "use strict";
  const heard = new Set();

  function listen(aloud) {
    for (const flagged of document.querySelectorAll("[data-mood]")) {
      const known = heard.has(flagged.dataset.mood);
      heard.add(flagged.dataset.mood);
      if (aloud && !known) document.getElementById("alarm").textContent = flagged.dataset.moodWords;
    }
  }

  // Only what the live path brings is news; a search or another tab shows what was there before.
  document.addEventListener("htmx:after:swap", (event) => {
    listen(event.detail?.ctx?.sourceElement?.id === "live");
  });
  listen(false);
})();
