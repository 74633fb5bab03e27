/** The camera in up to three sizes, so that each line gets one that it takes.
 *
 * All are offered from the beginning, for a section cannot get them later. The room says
 * which are wanted (`layers`, in channel.py): first, and between two, the best alone.
 */
const RIDS = ["l", "m", "h"];
const BEST = [RIDS.at(-1)];
/** Bit/s that a picture of so many lines is worth. */
const WORTH = [
  { lines: 540, bitrate: 1_500_000 },
  { lines: 270, bitrate: 500_000 },
  { lines: 0, bitrate: 150_000 },
];
/** From so many lines on a browser sends three sizes, or two. */
const [THREE_FROM, TWO_FROM, UNKNOWN] = [540, 270, 720];
const NEARLY = 1.1;
/** With frames that may be left out, and without; bit/s that have none to spare for it. */
const [BY_TURNS, ALL, LITTLE] = ["L1T3", "L1T1", 500_000];
const EVERYTHING = { height: Infinity, frames: 30, bitrate: 1_500_000 };

/** What is known of a sender: `wanted` rids, the `rung` of our own line. */
const wishes = new WeakMap();
const wishOf = (sender) => wishes.get(sender) ?? { wanted: BEST, rung: EVERYTHING, turn: Promise.resolve() };

export const encodings = () =>
  RIDS.map((rid, at) => ({
    rid, active: at === RIDS.length - 1, scalabilityMode: BY_TURNS,
    scaleResolutionDownBy: 2 ** (RIDS.length - 1 - at), maxBitrate: EVERYTHING.bitrate,
  }));

/** A section for the camera; of one size where a browser refuses more. */
export function addCamera(peer, track, options) {
  for (const sendEncodings of [encodings(), encodings().map(({ scalabilityMode, ...other }) => other)]) {
    try {
      return peer.addTransceiver(track, { ...options, sendEncodings });
    } catch (refusal) {
      if (!["OperationError", "InvalidAccessError", "TypeError"].includes(refusal.name)) throw refusal;
    }
  }
  return peer.addTransceiver(track, { ...options, sendEncodings: [{ maxBitrate: EVERYTHING.bitrate }] });
}

/** Makes of `encodings` what a camera of so many `lines` shall send; pure, so that it is
 * tested. A wanted size that it does not give is the best one that it gives. */
export function fit(encodings, { lines, rung, wanted }) {
  const sizes = lines >= THREE_FROM ? 3 : lines >= TWO_FROM ? 2 : 1;
  const best = Math.min(sizes, encodings.length) - 1;
  const places = wanted.map((rid) => encodings.findIndex((one) => one.rid === rid)).filter((at) => at >= 0);
  const sent = new Set(encodings.length === 1 || !places.length ? [best] : places.map((at) => Math.min(at, best)));
  const least = Math.min(...sent);
  const mode = sent.size === 1 && rung.bitrate < LITTLE ? ALL : BY_TURNS;
  for (const [at, encoding] of encodings.entries()) {
    const size = lines / 2 ** Math.max(0, best - at);
    const fits = sent.size === 1 || at === least || size <= NEARLY * rung.height;
    encoding.active = rung.height > 0 && sent.has(at) && fits;
    // Who has a mode has the same in all sizes, or the browser refuses them.
    if (encoding.scalabilityMode) encoding.scalabilityMode = mode;
    if (!encoding.active) continue;
    // One size alone is made as small as our line needs; of several each stays.
    const height = sent.size === 1 ? Math.min(size, rung.height) : size;
    encoding.scaleResolutionDownBy = Math.max(1, lines / height);
    encoding.maxFramerate = rung.frames;
    const worth = WORTH.find((one) => height >= one.lines).bitrate;
    encoding.maxBitrate = at === best && sent.size === 1 ? rung.bitrate : Math.min(worth, rung.bitrate);
  }
  return encodings;
}

export const applyRung = (sender, rung) => change(sender, { rung });

export const wantLayers = (sender, wanted) => change(sender, { wanted });

/** After another camera, or an answer. */
export const refit = (sender) => change(sender, {});

/** One change of a sender at a time: each begins with what the one before left. */
function change(sender, news) {
  if (!sender) return Promise.resolve();
  const before = wishOf(sender);
  const turn = before.turn.then(() => apply(sender));
  wishes.set(sender, { ...before, ...news, turn });
  return turn;
}

async function apply(sender) {
  if (!sender.track) return;
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  const { width = UNKNOWN, height = UNKNOWN } = sender.track.getSettings();
  const wish = wishOf(sender);
  fit(parameters.encodings, { ...wish, lines: Math.min(width, height) });
  // Left to itself a browser makes a size that the line takes smaller still, often for good.
  parameters.degradationPreference = wish.rung.exact && !wish.rung.signs ? "maintain-resolution" : "maintain-framerate";
  await sender.setParameters(parameters).catch(() => {});
}
