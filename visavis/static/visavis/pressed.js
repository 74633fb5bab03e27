/** Whether a finger or a mouse is down: what moves or is replaced under it never hears of
 * the click. */
let isDown = false;

for (const type of ["pointerdown", "pointerup", "pointercancel", "blur"]) {
  addEventListener(type, () => (isDown = type === "pointerdown"));
}

export const isPressed = () => isDown;
