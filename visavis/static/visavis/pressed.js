/** What is replaced under a finger hears of no click; a release may go unheard. */
const LONGEST = 5_000;
let until = 0;

for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  addEventListener(type, () => (until = type === "pointerdown" ? Date.now() + LONGEST : 0));
}

export const isPressed = () => Date.now() < until;
