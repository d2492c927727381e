// Passkeys (WebAuthn): making one in the settings, signing in or confirming with one, always beside the password. The browser turns
// JSON into options and its answer into JSON: https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON.
(() => {
  const PROBLEMS = {
    NotAllowedError: "The passkey was not used. Try again, or use your password.",
    InvalidStateError: "This device has a passkey for your account already.",
    SESSION_NOT_FRESH: "You signed in a while ago. Load this page again, and confirm that it is you.",
    CONFLICT: "You signed in with another account since this page was opened, so nothing was done. Load it again.",
    UNAUTHORIZED: "Your session has ended. Load this page again to sign in.",
    FORBIDDEN: "This account is disabled. Ask the operator of this Daybook.",
    PASSKEY_NOT_FOUND: "This passkey was deleted here. Use your password.",
  };
  const CEREMONIES = { create, get, confirm };
  const OTHER = "This did not work. Try again, or use your password.";

  const isKnown = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON;
  document.querySelectorAll("[data-passkey]").forEach((element) => isKnown ? offer(element) : element.remove());

  function offer(element) {
    element.hidden = false;
    const start = () => run(element, CEREMONIES[element.dataset.passkey]);
    if (element.localName === "form") element.addEventListener("submit", (event) => { event.preventDefault(); start(); });
    else element.querySelector("button").addEventListener("click", start);
  }

  async function run(element, ceremony) {
    const button = element.querySelector("button");
    const problem = element.querySelector("[data-passkey-problem]");
    button.disabled = true;
    problem.hidden = true;
    try {
      await ceremony(element);
    } catch (error) {
      console.warn(error);
      problem.textContent = PROBLEMS[error.code] ?? PROBLEMS[error.name] ?? OTHER;
      problem.hidden = false;
    }
    button.disabled = false;
    // A button that is disabled loses the focus.
    if (!problem.hidden) button.focus();
  }

  async function get({ dataset }) {
    await ask("verify-authentication", { response: await used() });
    location.assign(dataset.next);
  }

  async function confirm(form) {
    form.elements.credential.value = JSON.stringify(await used());
    form.submit();
  }

  async function used() {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await ask("generate-authenticate-options"));
    const credential = await navigator.credentials.get({ publicKey });
    return credential.toJSON();
  }

  async function create(form) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await ask("generate-register-options"));
    const credential = await navigator.credentials.create({ publicKey });
    await ask("verify-registration", { response: credential.toJSON(), name: form.querySelector("input").value.trim() });
    location.assign("/settings/passkeys?done=added");
  }

  async function ask(path, body) {
    // Another user may have signed in in another tab.
    const user = document.body.dataset.user ? { "Daybook-User": document.body.dataset.user } : {};
    const options = body ? { method: "POST", headers: { "Content-Type": "application/json", ...user }, body: JSON.stringify(body) } : {};
    const answer = await fetch(`/api/auth/passkey/${path}`, options);
    const content = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(content.message), { code: content.code });
    return content;
  }
})();
