/** Words stand in the page; a state chooses among them.
 *
 * A scope is an element with `data-state`; its own descendants with `data-when="a b"`
 * show while the state is one of those. Scopes may lie in each other.
 */
export function setState(scope, state) {
  scope.dataset.state = state;
  for (const words of scope.querySelectorAll("[data-when]")) {
    if (words.parentElement.closest("[data-state]") !== scope) continue;
    words.hidden = !words.dataset.when.split(" ").includes(state);
  }
}

/** The room's state for the whole page: the stylesheet and the tests read it. */
export function setRoomState(state) {
  document.documentElement.dataset.roomState = state;
}
