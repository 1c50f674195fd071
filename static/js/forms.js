/* Forms: error summary, confirm dialogs, double submission, unsaved text, autosave. */
(() => {
  "use strict";

  const firstControl = (field) => field.querySelector("input:not([type=hidden]), select, textarea");

  const focusErrors = () => document.querySelector("[data-error-summary]")?.focus();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field && firstControl(field)) {
      event.preventDefault();
      firstControl(field).focus();
    }
  });

  /* Confirm: <form data-confirm="id"> or <button data-confirm="id">; the dialog repeats the effect in words. */
  const confirmed = new WeakSet();

  const ask = (form, submitter, dialog) => {
    const yes = dialog.querySelector("[data-confirm-yes]");
    const no = dialog.querySelector("[data-confirm-no]");
    yes.onclick = () => {
      dialog.close();
      confirmed.add(form);
      form.requestSubmit(submitter);
    };
    no.onclick = () => dialog.close();
    dialog.onclose = () => submitter?.focus();
    dialog.showModal();
    no.focus();
  };

  /* A second press while the first is on its way does nothing; after a while it may be tried again (a download leaves the page open). */
  const AGAIN_AFTER = 8000;
  const sent = new WeakSet();

  const release = (form) => {
    sent.delete(form);
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const submitter = event.submitter;
    const dialog = document.getElementById(submitter?.dataset.confirm || form.dataset.confirm || "");
    if (dialog && !confirmed.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, submitter, dialog);
      return;
    }
    confirmed.delete(form);
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    sent.add(form);
    unsaved.delete(form);
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), AGAIN_AFTER);
  }, true);

  /* Coming back with the browser's back button: the form can be sent again. */
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form")) release(form);
  });

  /* Leaving with unsaved text warns: <form data-unsaved-warning>. */
  const unsaved = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-unsaved-warning")) unsaved.add(form);
  });

  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) {
      if (!form.isConnected) unsaved.delete(form);
    }
    if (unsaved.size) event.preventDefault();
  });

  /* Autosave: an element with hx-post and data-autosave="id of the status line". */
  const clock = () => new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });

  document.addEventListener("htmx:afterRequest", (event) => {
    const source = event.detail.elt.closest("[data-autosave]");
    const line = source && document.getElementById(source.dataset.autosave);
    if (!line) return;
    line.toggleAttribute("data-failed", !event.detail.successful);
    line.textContent = event.detail.successful
      ? `下書きを保存しました ${clock()}`
      : "下書きを保存できませんでした。入力はこの画面に残っています。通信を確かめてください。";
    const form = source.closest("form");
    if (event.detail.successful && form) unsaved.delete(form);
  });

  /* A password can be shown while it is typed. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (!button) return;
    const input = document.getElementById(button.dataset.reveal);
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? "隠す" : "表示";
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* A tree of choices is narrowed by words: parts with a hit stand open, what is chosen stays in sight. */
  const narrow = (tree, words) => {
    for (const part of tree.querySelectorAll("details")) {
      let hits = 0;
      for (const choice of part.querySelectorAll(".choice")) {
        const isHit = words.every((word) => choice.textContent.normalize("NFKC").toLowerCase().includes(word));
        choice.hidden = !isHit && !choice.querySelector("input").checked;
        hits += isHit ? 1 : 0;
      }
      part.hidden = words.length > 0 && !hits && !part.querySelector("input:checked");
      part.open = words.length ? hits > 0 : Boolean(part.querySelector("input:checked"));
    }
  };

  for (const tree of document.querySelectorAll("[data-clause-tree]")) {
    const box = tree.querySelector("[type='search']");
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    box.addEventListener("input", (event) => {
      event.stopPropagation();
      narrow(tree, box.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean));
    });
  }

  /* Errors come from the server in our own words, all at once; the browser's bubbles would show one at a time. */
  for (const form of document.querySelectorAll("form[method='post']")) form.noValidate = true;

  focusErrors();
})();
