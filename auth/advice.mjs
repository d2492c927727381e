// Better Auth's log advises options of Better Auth, which Daybook sets itself. What to do in Daybook instead, by the
// beginning of Better Auth's sentence.
const ADVICE = [
  [
    "Rate limiting could not determine a client IP",
    "The address of a client is not known, so all such clients share one limit: a proxy named in FORWARDED_ALLOW_IPS sends no IP address in X-Forwarded-For.",
  ],
  ["Reset password isn't enabled", "A client asked to reset a password, which needs SMTP_URL."],
  ["Verification email isn't enabled", "A client asked for a message to confirm an email address, which needs SMTP_URL."],
  ["Change email is disabled", "A client asked to change an email address, which needs SMTP_URL."],
  ["Provider not found", "A client asked to sign in through another provider, which Daybook does not offer."],
];

/** The sentence in Daybook's terms; any other part of a log line as it is. */
export function inDaybooksTerms(part) {
  const [, sentence] = ADVICE.find(([start]) => typeof part === "string" && part.startsWith(start)) ?? [null, part];
  return sentence;
}
