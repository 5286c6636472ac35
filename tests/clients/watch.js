// Runs one client of docs/subscriptions.md and prints what reaches it, one JSON text for each line:
//   {"event": …} for an event, {"answer": …} for the data of a query, {"refused": […]} for the codes of errors.
// Arguments: the folder with the document's files, the client, the API's address, a file with the token, the operation
// as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";

const [folder, name, url, tokenFile, operation] = process.argv.slice(2);
const request = JSON.parse(operation);
const getToken = () => readFileSync(tokenFile, "utf8");
const isQuery = !request.query.startsWith("subscription");

// Apollo Client compares with the browser's.
globalThis.WebSocket ??= WebSocket;

const say = (line) => console.log(JSON.stringify(line));
const load = (file) => import(join(folder, file));
const socketAddress = url.replace(/^http/, "ws");

/** GraphQL errors in each library's wrapping, or the close of a socket. */
function refused(problem) {
  const errors = Array.isArray(problem) ? problem : (problem.graphQLErrors ?? problem.errors ?? []);
  const why = problem.networkError ?? problem;
  say({ refused: errors.length ? errors.map((error) => error.extensions) : [{ code: why.reason ?? why.message }] });
}

/** Events by the document's loop, or the answer to a query, of a client whose `subscribe` takes either. */
async function follow(client) {
  if (isQuery) {
    for await (const { data } of client.iterate(request)) say({ answer: data });
    return;
  }
  const { keep } = await load("keep.js");
  const store = { cursor: async () => request.variables?.after, save: async (event) => say({ event }) };
  await keep(client, request, store).catch(refused);
}

async function apollo(file) {
  const { apolloClient } = await load(file);
  const { gql } = await import("@apollo/client");
  const client = apolloClient(url, getToken);
  const options = { query: gql(request.query), variables: request.variables, fetchPolicy: "no-cache" };
  if (isQuery) return say({ answer: (await client.query(options)).data });
  client.subscribe(options).subscribe(({ data, error }) => (error ? refused(error) : say({ event: first(data) })));
}

const first = (data) => Object.values(data)[0];

const clients = {
  "graphql-ws": async () => follow((await load("graphql-ws.js")).socketClient(socketAddress, getToken)),

  // As the library would do it by itself, but for the variables.
  "graphql-ws that retries": async () =>
    follow(
      (await load("graphql-ws.js")).socketClient(socketAddress, getToken, {
        retryAttempts: Infinity,
        shouldRetry: (problem) => problem.code !== 4403,
        retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
      }),
    ),

  "graphql-sse": async () => follow((await load("graphql-sse.js")).eventsClient(url, getToken)),

  async urql() {
    const client = (await load("urql.js")).urqlClient(url, getToken);
    if (isQuery) return say({ answer: (await client.query(request.query, {}).toPromise()).data });
    client
      .subscription(request.query, request.variables)
      .subscribe(({ data, error }) => (error ? refused(error) : say({ event: first(data) })));
  },

  "apollo-websocket": () => apollo("apollo-websocket.js"),

  "apollo-multipart": () => apollo("apollo-multipart.js"),

  async "event-source"() {
    const { watch } = await load("event-source.js");
    const onEvent = (data) => say(isQuery ? { answer: { viewer: data } } : { event: data });
    watch(url, getToken, request, { onEvent, onEnd: (errors) => errors && refused(errors) });
  },
};

await clients[name]();
