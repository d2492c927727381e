// The second click of a double click is no second action: by then another button may be under the pointer.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button[type=submit]")) event.preventDefault();
});
