/* <button data-copy="id"> copies the text of an element; without a clipboard it is not there. */
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy).textContent;
    const status = document.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "コピーしました";
    } catch {
      button.textContent = "選択してコピーしてください";
    }
    if (status) status.textContent = button.textContent;
  });
})();
