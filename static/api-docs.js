// Draws the documentation of the API. Swagger UI is loaded on this page alone.
window.addEventListener("DOMContentLoaded", () => {
  const node = document.querySelector("[data-openapi]");
  window.SwaggerUIBundle({
    url: node.dataset.openapi,
    domNode: node,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    // Otherwise it asks a server of its makers whether the document is valid.
    validatorUrl: null,
  });
});
