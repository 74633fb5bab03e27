import { Element } from "./element.js";

/** A form that a passkey fills: it is shown where the browser knows passkeys and the
 * address is a name, asks for a challenge when pressed, and sends what the device
 * answers. `data-makes`: a new one. */
class Passkey extends Element {
  connected() {
    const numbers = /^[\d.]+$|^\[/.test(location.hostname);
    if (!window.PublicKeyCredential || numbers) return;
    const form = this.part("form");
    form.hidden = false;
    this.on(form, "submit", this.ask);
  }

  async ask(event) {
    event.preventDefault();
    const form = this.part("form");
    const button = this.part("go");
    button.disabled = true;
    try {
      const answer = await fetch(this.dataset.options, {
        method: "POST",
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      });
      if (!answer.ok) throw new Error(answer.status);
      const { publicKey } = await answer.json();
      const makes = "makes" in this.dataset;
      const credential = makes
        ? await navigator.credentials.create({ publicKey: creation(publicKey) })
        : await navigator.credentials.get({ publicKey: request(publicKey) });
      this.carry(form);
      form.elements.credential.value = JSON.stringify(written(credential));
      form.submit();
    } catch {
      button.disabled = false;
      this.part("failed").hidden = false;
      this.say(this.part("failed").textContent.trim());
    }
  }

  /** What was typed before the session ended stands once in the page, in the other
   * form. */
  carry(form) {
    const typed = document.querySelector('input[name="typed"]');
    if (typed && typed.form !== form) form.append(typed.cloneNode());
  }
}

/** What the server writes in base64url is bytes to the browser, and the other way. */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
    c.charCodeAt(0),
  );

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

const request = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: named(options.allowCredentials),
});

const creation = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: named(options.excludeCredentials),
});

function written(credential) {
  const response = {};
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ]) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

customElements.define("vv-passkey", Passkey);
