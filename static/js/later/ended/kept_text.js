// A session that ended where text was typed: the tab has kept it (static/js/form_drafts.js), which the server cannot know.
(() => {
  const notice = document.querySelector("[data-if-kept]");
  // What is typed on this page has no user.
  const isKept = (name) => name.startsWith("draft ") && JSON.parse(sessionStorage.getItem(name)).user;
  if (notice && Object.keys(sessionStorage).some(isKept)) notice.textContent = notice.dataset.ifKept;
})();
