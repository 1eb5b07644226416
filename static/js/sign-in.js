// Who is not at a desk yet.
import "./page/theme.js";
import "./page/sign-in.js";
