/* Words selected in the text of a copy go into the form below, with their line; without script they are typed. */
(() => {
  "use strict";

  const text = document.querySelector("[data-passages]");
  const phrase = document.getElementById("id_phrase");
  const line = document.getElementById("id_line");
  if (!text || !phrase || !line) return;

  const take = () => {
    const selection = document.getSelection();
    const words = selection.toString().trim();
    const from = selection.anchorNode && selection.anchorNode.parentElement && selection.anchorNode.parentElement.closest("[data-line]");
    const to = selection.focusNode && selection.focusNode.parentElement && selection.focusNode.parentElement.closest("[data-line]");
    if (!words || !from || from !== to || !text.contains(from)) return;
    phrase.value = words;
    line.value = from.dataset.line;
  };

  text.addEventListener("mouseup", take);
  text.addEventListener("keyup", take);
})();
