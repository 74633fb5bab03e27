/** In the frame of a widget: Escape closes the window of the page around it. It hears
 * one word, and nothing of what is here. */
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && parent !== window) parent.postMessage("visavis:close", "*");
});
