// The index can be folded. A cookie tells the server, so that the next page comes as this one is.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-fold]");
  if (!button) return;
  const isFolded = document.body.toggleAttribute("data-folded");
  button.ariaExpanded = String(!isFolded);
  document.cookie = `daybook.index=${isFolded ? "folded" : ""}; path=/; samesite=lax; max-age=${isFolded ? 31_536_000 : 0}`;
  document.getElementById("announcer").textContent = isFolded ? "Index folded" : "Index unfolded";
});
