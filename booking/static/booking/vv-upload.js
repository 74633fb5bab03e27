import { Element } from "../visavis/element.js";

/** Sends chosen photographs one by one, each with a bar that says how far it is, and then
 * shows what the server shows. Without this, the same button sends the form. */
class Upload extends Element {
  connected() {
    this.on(this, "click", this.press);
  }

  async press(event) {
    const button = event.target.closest('button[name="add"]');
    const field = this.querySelector('input[type="file"]');
    if (!button || !field?.files.length) return;
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    const files = [...field.files];
    const bars = files.map((file) => this.bar(file.name));
    const failed = [];
    let shown = null;
    for (const [index, file] of files.entries()) {
      const page = await send(button, file, bars[index]);
      const part = page?.querySelector("vv-upload");
      if (part) shown = part;
      failed.push(...this.refusals(part, files.length > 1 ? file.name : ""));
    }
    this.isBusy = false;
    this.replace(shown, failed, bars);
  }

  bar(name) {
    const label = document.createElement("label");
    label.className = "hint breakable";
    const bar = document.createElement("progress");
    bar.value = 0;
    label.append(name, " ", bar);
    this.part("bars").append(label);
    return bar;
  }

  refusals(part, name) {
    const said = part
      ? [...part.querySelectorAll(".error")].map((one) => one.textContent.trim())
      : [this.dataset.failed];
    return said.map((words) => (name ? `${name}: ${words}` : words));
  }

  /** Where nothing arrived, what was chosen stays chosen. */
  replace(shown, failed, bars) {
    if (shown) {
      shown.querySelectorAll(".error").forEach((one) => one.remove());
      this.replaceChildren(...shown.childNodes);
    } else bars.forEach((bar) => bar.parentElement.remove());
    this.part("refused").replaceChildren(
      ...failed.map((words) => {
        const line = document.createElement("p");
        line.className = "error";
        line.textContent = words;
        return line;
      }),
    );
    this.say(failed.length ? failed.join(" ") : this.dataset.done);
    this.querySelector('input[type="file"], button')?.focus();
  }
}

/** The page that answers; null where none came. `fetch` tells nothing of an upload. */
function send(button, file, bar) {
  const form = new FormData(button.form);
  form.delete("photos");
  form.append("photos", file);
  form.append(button.name, button.value);
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.open("POST", button.formAction);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
  });
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(request.response));
    request.send(form);
  });
}

customElements.define("vv-upload", Upload);
