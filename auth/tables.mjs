import { passkey } from "@better-auth/passkey";
import { APIError } from "better-auth/api";
import { bearer, jwt, twoFactor } from "better-auth/plugins";
import { accountRules } from "./account.mjs";
import { grantTables } from "./grants.mjs";
import { mailTable } from "./mail.mjs";

/** Names for Better Auth's tables and columns: plural tables, snake_case columns. */
export const tables = {
  user: {
    modelName: "users",
    fields: snakeCase("emailVerified", "createdAt", "updatedAt"),
  },
  session: {
    modelName: "sessions",
    fields: snakeCase("userId", "expiresAt", "ipAddress", "userAgent", "createdAt", "updatedAt"),
    // Daybook asks for the password again, and much sooner (web/auth/session_uses.py).
    freshAge: 0,
    // A cached session would stay valid for minutes after sign-out.
    cookieCache: { enabled: false },
  },
  account: {
    modelName: "accounts",
    fields: snakeCase(
      "userId",
      "accountId",
      "providerId",
      "accessToken",
      "refreshToken",
      "idToken",
      "accessTokenExpiresAt",
      "refreshTokenExpiresAt",
      "createdAt",
      "updatedAt",
    ),
  },
  verification: {
    modelName: "verifications",
    fields: snakeCase("expiresAt", "createdAt", "updatedAt"),
    // A copy of the database has no token that chooses a password.
    storeIdentifier: "hashed",
  },
  // Stored in the database, so that several instances share one limit per client.
  rateLimit: { storage: "database", modelName: "rate_limits", fields: snakeCase("lastRequest") },
};

/** Some have tables or columns of their own, so the migration needs them too. */
export const plugins = [
  // For programs, like the next one.
  jwt({
    schema: { jwks: { modelName: "jwks", fields: snakeCase("publicKey", "privateKey", "createdAt", "expiresAt") } },
    // A header of every get-session would need the keys, which another secret makes unreadable.
    disableSettingJwtHeader: true,
    // By default the payload is the whole user. With its session, a token ends when that does.
    jwt: { definePayload: ({ session }) => ({ sid: session.id }) },
  }),
  // Without a signature, what the table of sessions has would do.
  bearer({ requireSignature: true }),
  mailTable,
  grantTables,
  accountRules,
  twoFactor({
    issuer: "Daybook",
    // It would lock the owner out with those who guess. Daybook limits wrong codes (web/auth/guess_limit.py).
    accountLockout: { enabled: false },
    twoFactorTable: "two_factors",
    schema: {
      user: { fields: snakeCase("twoFactorEnabled") },
      twoFactor: { modelName: "two_factors", fields: snakeCase("backupCodes", "userId", "failedVerificationCount", "lockedUntil") },
    },
  }),
  passkey({
    rpName: "Daybook",
    // Signing in asks for no email, so the device must know whose key it has, and who is using it.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    registration: { afterVerification: async ({ verification }) => requireUser(verification.registrationInfo) },
    authentication: { afterVerification: async ({ verification }) => requireUser(verification.authenticationInfo) },
    schema: {
      passkey: {
        modelName: "passkeys",
        fields: { ...snakeCase("publicKey", "userId", "deviceType", "backedUp", "createdAt"), credentialID: "credential_id" },
      },
    },
  }),
];

// A passkey counts as two factors, the device and what opens it. The library does not insist on the second.
function requireUser({ userVerified }) {
  if (!userVerified) throw new APIError("UNAUTHORIZED", { message: "The device did not check who used it.", code: "USER_NOT_VERIFIED" });
}

function snakeCase(...names) {
  return Object.fromEntries(names.map((name) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]));
}
