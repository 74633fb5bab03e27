/* Visavis on a page of another site: the next hours, a button, a window with both.
 * No cookie, no storage, nothing told before a tap. Each link stays a link where this
 * cannot run, where the hours do not come, and where a policy keeps the frame out. */
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  if (!("adoptedStyleSheets" in document) || !("HTMLDialogElement" in window)) return;

  const FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif';
  const LOOK = `
:host{--b:#17408B;--o:#FFF;--h:#0F2E68}
*{box-sizing:border-box;margin:0}
.v{all:initial;box-sizing:border-box;font:400 16px/1.5 ${FONT};color:#14171F;color-scheme:light}
.box{display:block;min-height:182px}
.card{padding:16px 20px 8px;border:1px solid #D5D9E1;border-radius:10px;background:#FFF}
.head{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px}
.t{font-weight:720;font-size:18px;line-height:1.3}
.s{font-size:14px;color:#4A5160}
ul{display:grid;grid-template-columns:repeat(auto-fit,minmax(84px,1fr));gap:8px;margin:8px 0;padding:0;list-style:none}
a,button{font:inherit;cursor:pointer}
.p{display:grid;justify-items:center;padding:10px 2px;border:1.5px solid var(--b);border-radius:6px;color:var(--b);font-size:13px;line-height:1.4;text-align:center;text-decoration:none}
.p b{font:600 22px/1.2 ${FONT};font-variant-numeric:tabular-nums}
.p:hover{background:#ECEEF2}
li:first-child .p{border-color:var(--b);background:var(--b);color:var(--o);box-shadow:inset 0 0 0 4px var(--b),inset 0 0 0 5.5px var(--o)}
.open li:first-child .p{background:none;color:var(--b);box-shadow:none}
.l{display:inline-flex;align-items:center;min-height:44px;margin-right:16px;color:var(--b);font-weight:600;text-underline-offset:3px}
.f{position:fixed;right:24px;bottom:24px;z-index:2147483000;display:inline-flex;align-items:center;justify-content:center;min-height:52px;padding:8px 24px;border-radius:10px;background:var(--b);color:var(--o);font-weight:600;font-size:18px;text-decoration:none;box-shadow:0 0 0 3px #FFF}
.f:hover{background:var(--h)}
.open.f{display:none}
:focus-visible{outline:3px solid #0B57D0;outline-offset:2px}
.f:focus-visible{outline-offset:4px}
dialog{position:fixed;inset:auto 24px 24px auto;z-index:2147483001;width:384px;height:min(720px,calc(100vh - 48px));padding:0;overflow:hidden;border:1px solid #D5D9E1;border-radius:10px;background:#F6F7F9;color:inherit;box-shadow:0 8px 32px #0004}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:#0008}
.bar{display:flex;align-items:center;justify-content:space-between;gap:8px;padding:4px 4px 4px 16px;border-bottom:1px solid #D5D9E1}
.x{width:44px;height:44px;border:0;border-radius:8px;background:none;color:inherit;font-size:24px;line-height:1}
iframe{flex:1;width:100%;border:0}
@media(max-width:640px){.f{right:16px;bottom:16px;left:16px}.f.away{display:none}.box{min-height:206px}
dialog{inset:auto 0 0;width:100%;max-width:100%;height:88vh;border-radius:16px 16px 0 0}}
@media(max-width:335px){.box{min-height:338px}}
@media(prefers-color-scheme:dark){.pop{color:#EEF1F6;color-scheme:dark}dialog{border-color:#2C323D;background:#0F1218}.bar{border-color:#2C323D}.pop :focus-visible{outline-color:#A8C7FF}}`;
  const look = new CSSStyleSheet();
  look.replaceSync(LOOK);

  const make = (name, facts, ...inside) => {
    const made = Object.assign(document.createElement(name), facts);
    made.append(...inside);
    return made;
  };

  /** A shadow root in a box of its own, in a brand's colours. */
  const rooted = (host, colours) => {
    const own = new CSSStyleSheet();
    const { brand, on, hover } = colours;
    const said = Object.entries({ b: brand, o: on, h: hover }).filter(([, value]) => value);
    own.replaceSync(`:host{${said.map(([name, value]) => `--${name}:${value}`).join(";")}}`);
    const root = host.shadowRoot || host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [look, own];
    return root;
  };

  /** The address with the page that the widget stands on: its title, or the name that
   * the link gives, and its address without what follows a question mark. */
  const along = (to, link) => {
    const url = new URL(to, home);
    const named = document.querySelector("link[rel=canonical]");
    const here = named && named.href.startsWith(location.origin + "/") ? named.href : location.href;
    url.searchParams.set("title", (link.dataset.visavisProduct || document.title).slice(0, 120));
    url.searchParams.set("page", here.split(/[?#]/)[0]);
    return url.href;
  };

  /** A link to us. What goes along is read again when it is followed. */
  const leads = (to, link, facts, ...inside) => {
    const made = make("a", { href: along(to, link), ...facts }, ...inside);
    made.addEventListener("click", () => {
      made.href = along(to, link);
    });
    return made;
  };

  const dressed = [];
  let shown = null;

  const close = () => shown && shown.dialog.close();

  const show = (answer, title, link, opener) => {
    close();
    const frame = make("iframe", { title, referrerPolicy: "no-referrer", src: along(answer.frame, link) });
    const button = make("button", { type: "button", className: "x", textContent: "×", onclick: close });
    button.setAttribute("aria-label", answer.words.close);
    const head = make("div", { className: "bar" }, make("p", { className: "t", id: "t", textContent: title }), button);
    const dialog = make("dialog", {}, head, frame);
    dialog.setAttribute("aria-labelledby", "t");
    const host = make("div");
    rooted(host, answer.colours).append(make("div", { className: "v pop", lang: answer.lang }, dialog));
    document.body.append(host);
    const mark = (is) => dressed.forEach((one) => one.classList.toggle("open", is));
    shown = { dialog, frame, opener };
    dialog.addEventListener("close", () => {
      host.remove();
      if (shown.dialog !== dialog) return;
      shown = null;
      mark(false);
      opener.focus();
    });
    mark(true);
    if (matchMedia("(max-width:640px)").matches) dialog.showModal();
    else dialog.show();
  };

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  addEventListener("message", (event) => {
    const isOurs = shown && event.source === shown.frame.contentWindow && event.origin === home;
    if (isOurs && event.data === "visavis:close") close();
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    const isFrame = /^(frame|child|default)-src/.test(event.effectiveDirective);
    if (shown && isFrame && event.blockedURI.startsWith(home)) location.assign(shown.opener.href);
  });

  /** A link that opens the window by a plain tap, and is a link for all else. */
  const opens = (answer, link, facts, ...inside) => {
    const made = leads(answer.page, link, facts, ...inside);
    if (!answer.frame) return made;
    made.setAttribute("aria-haspopup", "dialog");
    made.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show(answer, link.textContent.trim(), link, made);
    });
    return made;
  };

  const inView = new Set();
  const floating = [];
  const giveWay = () => floating.forEach((button) => button.classList.toggle("away", inView.size > 0));
  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) inView[one.isIntersecting ? "add" : "delete"](one.target);
    giveWay();
  });

  const inline = (answer, link, box) => {
    const plates = answer.times.map((time) =>
      make("li", {}, leads(time.to, link, { className: "p" }, make("b", { textContent: time.hour }), time.near)));
    const title = make("p", { className: "t", id: "t", textContent: link.textContent.trim() });
    const ways = [opens(answer, link, { className: "l", textContent: answer.words.other })];
    if (answer.call) ways.push(leads(answer.call, link, { className: "l", textContent: answer.words.call }));
    const list = make("ul", {}, ...plates);
    list.setAttribute("aria-labelledby", "t");
    box.className = "v box card";
    box.lang = answer.lang;
    box.replaceChildren(
      make("div", { className: "head" }, title, make("p", { className: "s", textContent: answer.facts })),
      list,
      make("div", {}, ...ways),
    );
    dressed.push(box);
    watch.observe(box);
  };

  const dress = async (link) => {
    const said = (name) => link.getAttribute(`data-visavis${name}`) || "";
    const isInline = said("-form") === "inline";
    const host = make("div");
    const box = make("div", { className: "box" }, make("slot"));
    if (isInline) {
      link.before(host);
      rooted(host, {}).append(box);
      host.append(link);
    }
    const query = new URLSearchParams({ lang: said("-lang") || document.documentElement.lang });
    for (const name of ["store", "topic", "channel"]) query.set(name, said(`-${name}`));
    const address = `${home}/${encodeURIComponent(said(""))}/widget/hours?${query}`;
    const reply = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
    const answer = await reply.json();
    if (isInline) {
      if (!answer.times.length) return;
      rooted(host, answer.colours);
      inline(answer, link, box);
      return;
    }
    const button = opens(answer, link, { className: "v f", lang: answer.lang, textContent: link.textContent.trim() });
    link.before(host);
    rooted(host, answer.colours).append(button);
    host.append(link);
    dressed.push(button);
    floating.push(button);
    giveWay();
  };

  // Where the hours do not come, the link is all that is needed.
  document.querySelectorAll("a[data-visavis]").forEach((link) => dress(link).catch(() => {}));
})();
