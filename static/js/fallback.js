// What must run before anything else: it watches over the scripts of others.
import "./page/fallback.js";
