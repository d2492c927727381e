// Messages about accounts: written into Daybook's table, from where Daybook sends them (web/services/outgoing_mails.py).
// A hook has no part in the transaction of its change: if this process is killed between the two, a notice is lost.

import { createHash } from "node:crypto";

const LINK_SECONDS = 60 * 60;
const NOTICE_SECONDS = 3 * 24 * 60 * 60;
const MOST_RESETS_AN_HOUR = 5;

// Without a way to send them, Daybook would drop all messages.
const isOn = process.env.MAIL === "on";

let adapter;

/** Tells Better Auth of the table, which Daybook's migration makes. */
export const mailTable = {
  id: "daybook-mail",
  init: (context) => {
    adapter = context.adapter;
  },
  schema: {
    outgoingMail: {
      modelName: "outgoing_mails",
      disableMigration: true,
      fields: {
        userId: { type: "string", required: false, fieldName: "user_id" },
        kind: { type: "string" },
        address: { type: "string" },
        facts: { type: "string" },
        // A text, since Daybook writes timestamps with microseconds on SQLite, and Better Auth with milliseconds.
        expiresAt: { type: "string", fieldName: "expires_at" },
      },
    },
  },
};

/** Adds a notice to the user's address. `kind` is one of MailKind in web/models/outgoing_mail.py, `facts` what its words name. */
export function notify(kind, user, facts = {}) {
  return add(kind, user, facts, NOTICE_SECONDS);
}

/** The options of Better Auth that send mail; none where `MAIL` says that there is no way to. */
export function mailOptions(origin) {
  if (!isOn) return { password: {}, verification: {}, changeEmail: {} };
  const link = (path, token) => `${origin}/${path}/${token}`;
  return {
    password: {
      resetPasswordTokenExpiresIn: LINK_SECONDS,
      sendResetPassword: async ({ user, token }) => {
        if (await isAskedTooOften(user)) return;
        await add("reset-password", user, { url: link("reset-password", token) }, LINK_SECONDS);
      },
    },
    verification: {
      sendOnSignUp: true,
      expiresIn: LINK_SECONDS,
      // Also for the new address of a user: then `user` has that one.
      sendVerificationEmail: async ({ user, token }) => {
        const isChange = payloadOf(token).updateTo !== undefined;
        if (isChange) await noteChange(user, token);
        const kind = isChange ? "verify-new-email" : "verify-email";
        await add(kind, user, { url: link("confirm-email", token) }, LINK_SECONDS);
      },
    },
    changeEmail: {
      enabled: true,
      sendChangeEmailConfirmation: async ({ user, newEmail, token }) => {
        await noteChange(user, token);
        await add("confirm-email-change", user, { new_email: newEmail, url: link("confirm-email", token) }, LINK_SECONDS);
      },
    },
  };
}

/** The links that were sent before the password changed neither choose a password nor change the address any more. */
export async function forgetLinks({ id }) {
  for (const value of [id, changeOf(id)]) {
    await adapter.deleteMany({ model: "verification", where: [{ field: "value", value }] });
  }
}

/** Marks an address as its user's. */
export function confirmAddress({ id }) {
  return adapter.update({ model: "user", where: [{ field: "id", value: id }], update: { emailVerified: true } });
}

/** Whether the link with this token still confirms or makes a change of address: once, and not after a new password. */
export async function isUnusedChange(token) {
  return (await adapter.deleteMany({ model: "verification", where: [{ field: "identifier", value: digestOf(token) }] })) > 0;
}

/** What a token of a confirmation says; only Better Auth has checked its signature. */
export function payloadOf(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
}

// Better Auth itself keeps nothing of these links: what they are for is signed.
function noteChange({ id }, token) {
  const data = { identifier: digestOf(token), value: changeOf(id), expiresAt: new Date(Date.now() + LINK_SECONDS * 1000) };
  return adapter.create({ model: "verification", data });
}

function changeOf(id) {
  return `${id} changes the address`;
}

function digestOf(token) {
  return createHash("sha256").update(token).digest("base64url");
}

async function isAskedTooOften({ id }) {
  const since = new Date(Date.now() - 60 * 60_000);
  const where = [
    { field: "value", value: id },
    { field: "createdAt", operator: "gt", value: since },
  ];
  return (await adapter.count({ model: "verification", where })) > MOST_RESETS_AN_HOUR;
}

async function add(kind, { id, name, email }, facts, seconds) {
  if (!isOn) return;
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString().replace("Z", "000Z");
  const data = { userId: id, kind, address: email, facts: JSON.stringify({ name, ...facts }), expiresAt };
  await adapter.create({ model: "outgoingMail", data });
}
