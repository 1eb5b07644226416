// A page beside the rail.
import "./page/waiting.js";
import "./page/theme.js";
