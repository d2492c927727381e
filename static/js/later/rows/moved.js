// Alt and an arrow where there is no order by hand.
document.addEventListener("keydown", ({ target, altKey, key }) => {
  if (!altKey || !/^Arrow(Up|Down)$/.test(key) || !target.closest("main li.task") || target.closest(".tasks--ordered")) return;
  document.getElementById("announcer").textContent = "Rows have no order by hand here.";
});

// What a move says of the place of its task has an Undo too: the row may be on another page by then, or a step.
document.addEventListener("htmx:after:swap", () => {
  const placed = document.querySelector("#placed[data-undo-of]");
  if (!placed) return;
  const words = document.createElement("p");
  Object.assign(words.dataset, placed.dataset);
  words.append(Object.assign(document.createElement("bdi"), { textContent: placed.textContent }));
  placed.removeAttribute("data-undo-of");
  document.getElementById("notices").append(words);
  globalThis.daybook.notices.arrange();
});
