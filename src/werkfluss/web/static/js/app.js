// Everything here is comfort: each page works without it.
import { startMenus } from "./menus.js";
import { startPalette } from "./palette.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startToasts } from "./toasts.js";
import { startAutosave } from "./autosave.js";

document.documentElement.classList.add("script");
for (const start of [startMenus, startPalette, startKeys, startLive, startToasts, startAutosave]) start();
