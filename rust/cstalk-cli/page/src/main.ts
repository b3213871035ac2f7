/** The page is a preview if a take lies in it, and the studio's otherwise. */

import "./page.css";
import { showPreview } from "./preview.ts";
import { Studio } from "./studio.ts";

const take = JSON.parse(document.getElementById("take")?.textContent ?? "null");

/** For tests and for the browser's console. */
const cstalk: { viewer?: unknown; studio?: Studio } = {};
if (take) cstalk.viewer = showPreview(take);
else cstalk.studio = new Studio();
Object.assign(window, { cstalk });
