// Records a voice message. While it does, it stands in the place of the box, whose text stays as it
// is. Who opens another conversation finds it there again, recorded up to then and not sent. The server
// makes of it what WhatsApp plays.
import { announce, playingTime } from "../page/text.js";
import { box, composer, conversation } from "./box.js";
import { complain } from "./files.js";
import { newRef, post } from "./pending.js";

const SHORTEST = 0.5;
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const REASONS = {
  NotAllowedError: "The microphone is not allowed. Allow it beside the address of this page and try again.",
  NotFoundError: "No microphone was found. Connect one and try again.",
  NotReadableError: "Another program holds the microphone. Close it and try again.",
};
const UNABLE = "This browser cannot record here. Lobby needs an address that begins with https.";
const OTHER = "The microphone does not work just now. Try again.";

const panel = () => composer()?.querySelector(".recorder");
const longest = () => Number(composer().dataset.longestRecording);
let now = null; // what is being recorded
const waiting = new Map(); // conversation → what was recorded there and is not sent

async function begin() {
  if (now) return;
  complain("");
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
    complain(UNABLE);
    return;
  }
  const mine = { form: composer(), conversation: conversation(), pieces: [], since: 0 };
  now = mine;
  try {
    mine.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    if (now !== mine || !mine.form.isConnected) throw new DOMException("left", "AbortError");
    listen(mine);
  } catch (error) {
    release(mine);
    if (error.name !== "AbortError") complain(REASONS[error.name] ?? OTHER);
  }
}

function listen(mine) {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  mine.recorder = new MediaRecorder(mine.stream, { mimeType, audioBitsPerSecond: 32000 });
  mine.recorder.addEventListener("dataavailable", ({ data }) => data.size && mine.pieces.push(data));
  mine.recorder.addEventListener("stop", () => stopped(mine));
  mine.recorder.start(1000);
  mine.since = performance.now();
  mine.timer = setInterval(() => tick(mine), 200);
  mine.level = levelOf(mine.stream);
  mine.form.classList.add("recording");
  panel().hidden = false;
  tick(mine);
  announce("Recording");
  panel().querySelector("[data-record-send]").focus();
}

function levelOf(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const wave = new Uint8Array(analyser.fftSize);
  return {
    read() {
      analyser.getByteTimeDomainData(wave);
      return Math.max(...wave.map((point) => Math.abs(point - 128))) / 128;
    },
    close: () => context.close(),
  };
}

const lengthOf = (mine) => mine.length ?? (performance.now() - mine.since) / 1000;

function tick(mine) {
  const seconds = Math.min(lengthOf(mine), longest());
  panel().querySelector(".recorder-time").textContent = playingTime(seconds);
  panel().style.setProperty("--level", mine.level.read().toFixed(2));
  if (seconds >= longest() && mine.recorder.state === "recording") {
    finish(mine);
    panel().querySelector(".recorder-words").textContent = `${longest() / 60} minutes is the most. Send it or cancel.`;
  }
}

function finish(mine) {
  mine.length = Math.min(lengthOf(mine), longest());
  clearInterval(mine.timer);
  mine.recorder.stop();
}

function stopped(mine) {
  mine.stopped = true;
  mine.stream.getTracks().forEach((track) => track.stop());
  if (mine.wanted) handIn(mine);
}

function send() {
  if (!now?.recorder) return;
  now.wanted = true;
  if (now.stopped) handIn(now);
  else finish(now);
}

function handIn(mine) {
  release(mine);
  if (mine.length < SHORTEST) {
    complain("That was too short to hear. Record it again.");
    return;
  }
  const type = mine.recorder.mimeType;
  const file = new File(mine.pieces, "voice message", { type });
  post({ ref: newRef(), body: "", file, recording: playingTime(mine.length) });
}

function release(mine) {
  if (now === mine) now = null;
  mine.wanted = false;
  clearInterval(mine.timer);
  mine.level?.close();
  if (mine.recorder?.state === "recording") mine.recorder.stop();
  mine.stream?.getTracks().forEach((track) => track.stop());
  mine.form.classList.remove("recording");
  const place = mine.form.querySelector(".recorder");
  place.hidden = true;
  place.querySelector(".recorder-words").textContent = "";
  if (mine.form.isConnected) box().focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-record]")) begin();
  else if (event.target.closest?.("[data-record-cancel]") && now) release(now);
  else if (event.target.closest?.("[data-record-send]")) send();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && now && panel()?.contains(event.target)) release(now);
});

// ---- another conversation is opened meanwhile

function putAside() {
  const mine = now;
  now = null;
  if (!mine?.recorder) return; // the microphone was not there yet: begin() sees that nobody waits
  if (mine.recorder.state === "recording") finish(mine);
  waiting.set(mine.conversation, mine);
}

function takeUp() {
  const mine = waiting.get(conversation());
  if (!mine || now) return;
  waiting.delete(mine.conversation);
  mine.form = composer();
  now = mine;
  mine.form.classList.add("recording");
  panel().hidden = false;
  panel().querySelector(".recorder-time").textContent = playingTime(mine.length);
  panel().querySelector(".recorder-words").textContent = "Recorded, not sent yet.";
}

document.addEventListener("lobby:coming", putAside);
document.addEventListener("lobby:stayed", takeUp);
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id !== "thread") return;
  if (now) putAside();
  takeUp();
});
addEventListener("beforeunload", (event) => {
  if (now?.recorder || waiting.size) event.preventDefault();
});
