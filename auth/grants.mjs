// What opens an account beside its password and its sessions, or sends its tasks elsewhere: passkeys, and what Daybook
// gives out, of whose tables Better Auth is told here.
const GIVEN_OUT = { accessToken: "access_tokens", feed: "feeds", webhook: "webhooks" };

let adapter;

export const grantTables = {
  id: "daybook-grants",
  init: (context) => {
    adapter = context.adapter;
  },
  schema: Object.fromEntries(Object.entries(GIVEN_OUT).map(([model, modelName]) => [model, table(modelName)])),
};

/** Deletes the passkeys of a user, and revokes all else, as the user could in the settings. */
export async function revokeGrants({ id }) {
  const where = [{ field: "userId", value: id }];
  await adapter.deleteMany({ model: "passkey", where });
  const update = { deletedAt: new Date().toISOString().replace("Z", "000Z") };
  for (const model of Object.keys(GIVEN_OUT)) {
    await adapter.updateMany({ model, where: [...where, { field: "deletedAt", value: null }], update });
  }
}

function table(modelName) {
  return {
    modelName,
    // Daybook's own migrations make it.
    disableMigration: true,
    fields: {
      userId: { type: "string", fieldName: "user_id" },
      // A text, as in auth/mail.mjs.
      deletedAt: { type: "string", required: false, fieldName: "deleted_at" },
    },
  };
}
