// Whether the scripts of others are there. fallback.js brings them and says so, on the page itself and
// with the event lobby:vendor.
export const isReady = () => document.documentElement.dataset.vendor === "ready";
