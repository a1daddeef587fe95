// Drives the official clients and the independent signer for the conformance tests: one JSON request per line on
// stdin, one JSON answer per line on stdout, matched by `id`. Requests run side by side. Ends when stdin ends.
import http from "node:http";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { sign } from "./signer.mjs";

const require = createRequire(import.meta.url);
const PopCore = require("@alicloud/pop-core");
const { default: Kms } = require("@alicloud/kms20160120");

const kmsVersion = "2016-01-20";
// The clients' own 3 seconds are generous on a quiet machine; tests share theirs.
const timeout = 60_000;
const clients = new Map();

const jobs = {
  "pop-core GET": (request) => popCore(request, "GET"),
  "pop-core POST": (request) => popCore(request, "POST"),
  "kms20160120 query": (request) => kms20160120(request, request.parameters, null),
  "kms20160120 body": (request) => kms20160120(request, null, request.parameters),
  sign: async (request) => sign(request),
  send,
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  void answer(JSON.parse(line));
}

async function answer(request) {
  let reply;
  try {
    reply = { id: request.id, result: await jobs[request.job](request) };
  } catch (error) {
    reply = { id: request.id, error: describe(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function popCore({ host, accessKeyId, accessKeySecret, action, parameters, version }, method) {
  const apiVersion = version ?? kmsVersion;
  const client = remembered(`pop-core ${host} ${accessKeyId} ${accessKeySecret} ${apiVersion}`, () => {
    return new PopCore({ endpoint: `http://${host}`, apiVersion, accessKeyId, accessKeySecret });
  });
  return client.request(action, parameters, { method, timeout });
}

function kms20160120({ host, accessKeyId, accessKeySecret, action }, query, body) {
  const client = remembered(`kms20160120 ${host} ${accessKeyId} ${accessKeySecret}`, () => {
    return new Kms({ endpoint: host, protocol: "http", regionId: "cn-hangzhou", accessKeyId, accessKeySecret });
  });
  const runtime = { readTimeout: timeout, connectTimeout: timeout };
  return client.doRequest(action, "HTTP", "POST", kmsVersion, "AK", query, body, runtime);
}

function remembered(name, create) {
  if (!clients.has(name)) clients.set(name, create());
  return clients.get(name);
}

/** Sends a request exactly as given and returns what came back, whatever it is. */
function send({ host, method, target, headers, body, chunked }) {
  const [hostname, port] = host.split(":");
  const length = chunked ? {} : { "content-length": Buffer.byteLength(body) };
  const options = { hostname, port, method, path: target, headers: { ...headers, ...length }, timeout, setHost: false };
  return new Promise((resolve, reject) => {
    const outgoing = http.request(options, (incoming) => {
      const parts = [];
      incoming.on("data", (part) => parts.push(part));
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(parts).toString("utf8") });
      });
    });
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error("timeout")));
    outgoing.end(body);
  });
}

/** What an application sees of a refused request: the client's own name for the error, and the answer behind it. */
function describe(error) {
  return {
    name: error.name ?? null,
    code: error.code ?? null,
    message: error.message,
    status: error.entry?.response?.statusCode ?? Number(/\bcode: (\d{3}),/.exec(error.message)?.[1] ?? 0),
    answer: error.data ?? null,
  };
}
