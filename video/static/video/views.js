/** How pictures are looked at: whole or filling, full screen, beside other windows. */
import { choices, choose } from "./devices.js";

/** Milliseconds and pixels between two taps that are one double tap. */
const [TWICE_WITHIN, TWICE_AROUND] = [350, 30];
/** Of a picture's side, what may be cut off unnoticed. */
const UNNOTICED = 0.08;

export const canGoFull = () => Boolean(document.fullscreenEnabled);
export const canStandBeside = () => Boolean(document.pictureInPictureEnabled);

/** As it was chosen for this visit. */
export const wasWhole = () => choices(false).whole === location.pathname;
export const keepWhole = (is) => choose({ whole: is ? location.pathname : "" });

/** Whether the window cuts something off this video where the picture fills it. */
export function isCut({ videoWidth, videoHeight, clientWidth, clientHeight }) {
  if (!videoWidth || !clientWidth || !clientHeight) return false;
  const [picture, window] = [videoWidth / videoHeight, clientWidth / clientHeight];
  return Math.min(picture, window) / Math.max(picture, window) < 1 - UNNOTICED;
}

/** Lines of the screen that a window beside others has for a picture. */
const BESIDE = 360;
/** So many lines are told as one size. */
const STEP = 20;
const [USUAL_WIDTH, USUAL_HEIGHT] = [16, 9];

/** The lines of the screen that this video's picture fills, and what is cut off. */
export function linesOf(video) {
  if (document.pictureInPictureElement === video) return BESIDE;
  const { clientWidth, clientHeight } = video;
  const [width, height] = [video.videoWidth || USUAL_WIDTH, video.videoHeight || USUAL_HEIGHT];
  const ways = [clientWidth / width, clientHeight / height];
  const isWhole = getComputedStyle(video).objectFit === "contain";
  const lines = Math.min(width, height) * Math[isWhole ? "min" : "max"](...ways) * window.devicePixelRatio;
  return Math.ceil(lines / STEP) * STEP;
}

/** Calls `act` for two taps at one place: browsers of telephones tell of no double
 * click, or enlarge the page instead. Returns what hears `pointerup`. */
export function doubleTap(act) {
  let before = { at: -TWICE_WITHIN, x: 0, y: 0 };
  return ({ isPrimary, button, timeStamp: at, clientX: x, clientY: y }) => {
    if (!isPrimary || button > 0) return;
    const isNear = Math.hypot(x - before.x, y - before.y) < TWICE_AROUND;
    const isTwice = at - before.at < TWICE_WITHIN && isNear;
    before = isTwice ? { at: -TWICE_WITHIN, x, y } : { at, x, y };
    if (isTwice) act();
  };
}

export async function goFull(element) {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element.requestFullscreen().catch(() => {});
}

/** False where there is no picture to take along. */
export async function standBeside(video) {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else if (!video) return false;
  else return video.requestPictureInPicture().then(() => true, () => false);
  return true;
}
