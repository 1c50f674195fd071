/* The auditor's checklist on site: keys 1 to 7 set the result of the item that is looked at, j and k move, nothing loads.
   The survey of the section saves in the same way. */
(() => {
  "use strict";

  const items = () => [...document.querySelectorAll("[data-item]")];
  const current = () => document.activeElement?.closest("[data-item]");
  const isTyping = (element) => element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

  const go = (item) => {
    if (!item) return;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };

  const beside = (step) => {
    const all = items();
    const place = all.indexOf(current());
    go(all[place < 0 ? 0 : Math.min(Math.max(place + step, 0), all.length - 1)]);
  };

  const nextOpen = () => {
    const all = items();
    const place = all.indexOf(current());
    const isOpen = (item) => !item.querySelector("input[name=result]:checked");
    go(all.slice(place + 1).find(isOpen) || all.find(isOpen));
  };

  const setResult = (item, key) => {
    const choice = item.querySelectorAll("input[name=result]")[key - 1];
    if (!choice) return;
    if (!choice.checked) {
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const reason = item.querySelector("textarea[name=reason]");
    if (["na", "not_done"].includes(choice.value) && !reason.value) reason.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const item = current();
    if (isTyping(event.target)) {
      if (event.key === "Escape" && item) go(item);
      return;
    }
    if (item && /^[1-7]$/.test(event.key)) setResult(item, Number(event.key));
    else if (item && event.key === "e") item.querySelector("textarea[name=observation]")?.focus();
    else if (event.key === "j") beside(1);
    else if (event.key === "k") beside(-1);
    else if (event.key === "u") nextOpen();
    else return;
    event.preventDefault();
  });

  /* What was sent once is not sent again with the next letter; without an answer the words say so. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("[data-item-form]");
    if (!form) return;
    const line = document.getElementById(form.getAttribute("hx-target").slice(1));
    if (event.detail.successful) {
      if (event.detail.xhr.responseText.includes('class="refused"')) return; /* nothing was kept: the files are still to be sent */
      for (const input of form.querySelectorAll("input[type=file]")) input.value = "";
    } else {
      line.textContent = "保存できませんでした。入力はこの画面に残っています。通信を確かめてください。";
    }
  });
})();
