// What the page takes from its library; build.sh makes preact.js of it.
import { h } from "preact";
import htm from "htm";

export { h, render } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export const html = htm.bind(h);
