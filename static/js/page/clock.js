// The server's clock, so that a wrong clock on the desk's computer changes nothing; and the hotel's.
let ahead = 0; // seconds that the server's clock is ahead of ours
let heard = null;

const word = () => document.getElementById("arrived");

export function now() {
  if (word() && word() !== heard) {
    heard = word();
    ahead = Number(heard.dataset.now) - Date.now() / 1000;
  }
  return Date.now() / 1000 + ahead;
}

// 2026-11-20: the hotel's date
export function today() {
  return word().dataset.today;
}

// Today, Yesterday; nothing for any other day
export function relativeDay(day) {
  return JSON.parse(word().dataset.days)[day];
}

let wall = null;

// 14:05 on the hotel's wall
export function time() {
  wall ??= new Intl.DateTimeFormat("en-CA", { timeZone: word().dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return wall.format(new Date(now() * 1000));
}
