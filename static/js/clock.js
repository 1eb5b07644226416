// Keeps waiting clocks and "12 s ago" true between answers of the server. Counts from the server's
// clock, so a wrong clock on the desk's computer changes nothing. Offers lobbyClock to other scripts.
(() => {
  "use strict";
  const SOON = 10 * 60;
  const LATE = 20 * 60;
  let ahead = 0; // seconds that the server's clock is ahead of ours
  let heard = null;

  function now() {
    const word = document.getElementById("arrived");
    if (word && word !== heard) {
      heard = word;
      ahead = Number(word.dataset.now) - Date.now() / 1000;
    }
    return Date.now() / 1000 + ahead;
  }

  function words(seconds) {
    const minutes = Math.max(0, Math.floor(seconds / 60));
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
    return `${Math.floor(minutes / 1440)} days`;
  }

  function setText(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function showWaiting(element) {
    const seconds = now() - Number(element.dataset.waitingSince);
    setText(element.querySelector(".waiting-words"), words(seconds));
    element.classList.toggle("late", seconds >= LATE);
    element.classList.toggle("soon", seconds >= SOON && seconds < LATE);
  }

  function showAgo(element) {
    const seconds = Math.max(0, Math.floor(now() - Number(element.dataset.ago)));
    setText(element, `${seconds < 60 ? `${seconds} s` : words(seconds)} ago`);
  }

  function zone() {
    return document.getElementById("arrived")?.dataset.zone || undefined;
  }

  const parts = new Map();
  function formatter(name, options) {
    if (!parts.has(name)) parts.set(name, new Intl.DateTimeFormat("en-CA", { timeZone: zone(), ...options }));
    return parts.get(name);
  }

  window.lobbyClock = {
    now,
    // 2026-11-20: the hotel's date, `back` days ago
    day: (back = 0) => formatter("day", { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date((now() - back * 86400) * 1000)),
    // 14:05 on the hotel's wall
    time: () => formatter("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(now() * 1000)),
  };

  function tick() {
    now();
    if (document.hidden) return;
    document.querySelectorAll("[data-waiting-since]").forEach(showWaiting);
    document.querySelectorAll("[data-ago]").forEach(showAgo);
  }
  setInterval(tick, 5000);
  document.addEventListener("visibilitychange", tick);
})();
