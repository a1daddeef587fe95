// An independent signer of Alibaba Cloud RPC requests: V1 (RPC signature 1.0) and V3 (ACS3), written from the
// protocol's description alone, so that the server is never checked against its own signing code.
import { createHash, createHmac, randomUUID } from "node:crypto";

/**
 * Signs one request and returns it as it goes on the wire, and what was signed:
 * { method, target, headers, body, stringToSign }.
 *
 * scheme: "V1" or "V3"; algorithm: "HMAC-SHA1", "HMAC-SHA256", "ACS3-HMAC-SHA256" or "ACS3-HMAC-SM3";
 * place: "query" or "form". `common` replaces common parameters (V1) or x-acs-* headers (V3); null leaves one out.
 */
export function sign(request) {
  return request.scheme === "V1" ? signV1(request) : signV3(request);
}

function signV1({ host, accessKeyId, accessKeySecret, algorithm = "HMAC-SHA1", method, place, action, parameters, common }) {
  const all = withReplacements(
    {
      Action: action,
      Version: "2016-01-20",
      Format: "JSON",
      AccessKeyId: accessKeyId,
      SignatureMethod: algorithm,
      SignatureVersion: "1.0",
      SignatureNonce: randomUUID(),
      Timestamp: timestamp(),
      ...parameters,
    },
    common,
  );
  const stringToSign = `${method}&${encode("/")}&${encode(canonicalQuery(all))}`;
  const hash = algorithm === "HMAC-SHA256" ? "sha256" : "sha1";
  const signature = createHmac(hash, `${accessKeySecret}&`).update(stringToSign).digest("base64");
  const text = canonicalQuery({ ...all, Signature: signature });
  return { ...onTheWire(method, place, text, { host }), stringToSign };
}

function signV3({ host, accessKeyId, accessKeySecret, algorithm = "ACS3-HMAC-SHA256", method, place, action, parameters, common }) {
  const hash = algorithm === "ACS3-HMAC-SM3" ? "sm3" : "sha256";
  const text = canonicalQuery(parameters);
  const wire = onTheWire(method, place, text, { host });
  const headers = withReplacements(
    {
      ...wire.headers,
      "x-acs-action": action,
      "x-acs-version": "2016-01-20",
      "x-acs-date": timestamp(),
      "x-acs-signature-nonce": randomUUID(),
      "x-acs-content-sha256": createHash(hash).update(wire.body).digest("hex"),
    },
    common,
  );
  const signed = Object.keys(headers)
    .filter((name) => name === "host" || name === "content-type" || name.startsWith("x-acs-"))
    .sort();
  const canonicalRequest = [
    method,
    "/",
    place === "query" ? text : "",
    ...signed.map((name) => `${name}:${headers[name].trim()}`),
    "",
    signed.join(";"),
    headers["x-acs-content-sha256"] ?? "",
  ].join("\n");
  const stringToSign = `${algorithm}\n${createHash(hash).update(canonicalRequest).digest("hex")}`;
  const signature = createHmac(hash, accessKeySecret).update(stringToSign).digest("hex");
  const authorization = `${algorithm} Credential=${accessKeyId},SignedHeaders=${signed.join(";")},Signature=${signature}`;
  return { ...wire, headers: { ...headers, authorization }, stringToSign };
}

/** Sorted by name, everything outside RFC 3986's unreserved characters percent-encoded, empty values kept. */
export function canonicalQuery(parameters) {
  return Object.keys(parameters)
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .map((name) => `${encode(name)}=${encode(parameters[name])}`)
    .join("&");
}

function onTheWire(method, place, text, headers) {
  return place === "query"
    ? { method, target: `/?${text}`, headers, body: "" }
    : { method, target: "/", headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body: text };
}

function withReplacements(values, replacements = {}) {
  const result = { ...values, ...replacements };
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}

function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function timestamp() {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
