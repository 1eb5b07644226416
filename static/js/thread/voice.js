// A player of our own over <audio>. Without scripts the browser's controls are there instead.
import { playingTime } from "../page/text.js";

const playerOf = (element) => element.closest?.(".voice");
const audioOf = (player) => player.querySelector("audio");

function lengthOf(player) {
  const { duration } = audioOf(player);
  return Number.isFinite(duration) ? duration : 0;
}

function show(player) {
  const audio = audioOf(player);
  const length = lengthOf(player);
  const part = length ? Math.min(1, audio.currentTime / length) : 0;
  const track = player.querySelector(".voice-track");
  track.value = String(Math.round(part * 1000));
  track.style.setProperty("--played", `${part * 100}%`);
  player.classList.toggle("playing", !audio.paused && !audio.ended);
  const started = audio.currentTime > 0 && !audio.ended;
  player.querySelector(".voice-time").textContent = playingTime(started ? audio.currentTime : length);
}

function broken(player) {
  player.classList.add("broken");
  player.querySelector(".voice-time").textContent = "Cannot play";
}

document.addEventListener("click", (event) => {
  const player = event.target.closest?.(".voice-play") && playerOf(event.target);
  if (!player) return;
  const audio = audioOf(player);
  if (!audio.paused) {
    audio.pause();
    return;
  }
  document.querySelectorAll(".voice.playing audio").forEach((other) => other.pause());
  audio.play().catch(() => broken(player));
});

document.addEventListener("input", (event) => {
  if (!event.target.matches?.(".voice-track")) return;
  const player = playerOf(event.target);
  audioOf(player).currentTime = (Number(event.target.value) / 1000) * lengthOf(player);
  show(player);
});

for (const name of ["timeupdate", "play", "pause", "ended", "loadedmetadata"]) {
  document.addEventListener(name, (event) => {
    const player = event.target.matches?.(".voice audio") && playerOf(event.target);
    if (player) show(player);
  }, true);
}
